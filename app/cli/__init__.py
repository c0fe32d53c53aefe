"""Commands: one line each into a service."""
