"""What the tests need to know to hold "one schema for one machine and for many"."""
