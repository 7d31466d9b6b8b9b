"""Merchants and their stores."""
