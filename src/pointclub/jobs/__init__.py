"""What the clock and the command line start."""
