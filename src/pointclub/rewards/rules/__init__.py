"""The rules of redemptions, in plain Python."""
