"""Rules of terminal keys: plain Python, no Django, no database, no clock."""
