"""Rules of exports, in plain Python."""
