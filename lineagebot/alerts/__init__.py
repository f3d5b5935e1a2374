"""The doing: the watcher feeds `policy.step` from the journal and writes the outbox; deliver empties it."""
