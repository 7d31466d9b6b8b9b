"""What the parts of these tests stand on."""

import pytest

pytest.register_assert_rewrite("tests.faults.bad_till", "tests.faults.expected")
