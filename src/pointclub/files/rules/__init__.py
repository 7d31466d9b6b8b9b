"""What a feed's file must look like, as plain Python: bytes in, checked rows out."""
