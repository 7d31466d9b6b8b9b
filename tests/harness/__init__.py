"""What the tests stand on; `tests/conftest.py` names the parts."""
