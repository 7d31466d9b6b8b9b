"""The member's site."""
