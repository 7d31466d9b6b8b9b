"""Registering: two doors, one form, a page to check it on, and the proof of the address (REG-1 to REG-5)."""
