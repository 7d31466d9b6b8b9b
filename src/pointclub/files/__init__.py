"""Feeds in and out: what a file must look like, what came in, which rows were refused, and where to go on (FIL-1)."""
