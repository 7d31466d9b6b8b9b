"""Membership rules that need no database."""
