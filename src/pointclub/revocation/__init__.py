"""Carries a revocation out in all that it touches: membership, what is pending, what was not handed over (END-4)."""
