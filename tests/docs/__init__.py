"""Tests of the documentation, and the generator of its table of rules."""
