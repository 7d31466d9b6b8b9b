"""The merchants' interface under tills that behave badly, lost connections, and processes that are killed."""
