"""What everything stands on: the clock, days and months, the database backend, and the shape of a refusal."""
