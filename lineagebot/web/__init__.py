"""The HTTP side: mounts the ASGI apps that it is handed, health and metrics."""
