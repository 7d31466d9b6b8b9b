"""Purchases, bills and campaigns become points."""
