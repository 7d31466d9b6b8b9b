"""Rules about persons and staff, in plain Python."""
