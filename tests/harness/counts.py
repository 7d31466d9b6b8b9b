"""How often a long property runs: seldom in every run, fully in `make test-deep`."""

import os


def is_deep() -> bool:
    """Tell whether long properties run at their full counts."""
    return os.environ.get("POINTCLUB_TEST_DEEP") == "1"


def count(*, quick: int, deep: int) -> int:
    """Return how often to run a property of two counts."""
    return deep if is_deep() else quick
