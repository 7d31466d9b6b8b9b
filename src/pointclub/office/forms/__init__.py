"""What staff type, one module for each subject."""
