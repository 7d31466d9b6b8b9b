"""The merchants' interface, through a real server on loopback."""
