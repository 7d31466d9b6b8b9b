"""What is told, what it takes, and how it gets there: plain Python."""
