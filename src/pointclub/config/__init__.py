"""Wiring: settings, addresses, the web server's door. Nothing of the business is decided here."""
