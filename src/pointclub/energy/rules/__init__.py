"""Rules about energy contracts, in plain Python."""
