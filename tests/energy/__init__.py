"""Tests of energy contracts."""
