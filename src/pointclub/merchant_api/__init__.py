"""Entrance: the merchants' interface, over HTTP and JSON."""
