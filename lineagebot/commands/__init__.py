"""One file per thing that a person can ask or do: `answer(request, services) -> Reply`."""
