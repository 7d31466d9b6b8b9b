"""The Python client: against the interface itself, and against a server that does whatever a test asks of it."""
