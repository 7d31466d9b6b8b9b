"""Clubs to measure in: made by a few statements, with books as true as those that the services write."""
