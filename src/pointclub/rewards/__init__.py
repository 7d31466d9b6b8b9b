"""Points become rewards."""
