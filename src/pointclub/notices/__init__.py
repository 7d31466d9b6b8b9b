"""What people are told, by which channel, sent or not."""
