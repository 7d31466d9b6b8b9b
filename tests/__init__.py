"""The tests mirror the packages; they are sentences, each with one reason to fail."""
