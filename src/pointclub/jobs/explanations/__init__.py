"""Explanations as commands print them."""
