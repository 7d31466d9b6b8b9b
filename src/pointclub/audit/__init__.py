"""Who did what: a log of acts that only grows, and in which nothing is altered unnoticed."""
