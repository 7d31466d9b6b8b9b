"""Who belongs to the club, and with which family."""
