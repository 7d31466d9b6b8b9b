"""How deep a body may be nested."""

import pytest

from pointclub.merchant_api.problems import ProblemError
from pointclub.merchant_api.receiving import DEEPEST, refuse_deep


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


class TestABody:
    @pytest.mark.parametrize(
        "body",
        [nested(DEEPEST), b"[" * DEEPEST, b"[" + b"[[]],{}," * 1_000 + b"1]", b'["' + b"[{" * 1_000 + b'"]'],
        ids=["as deep as it may be", "without its ends", "many side by side", "within a text"],
    )
    def test_may_be_nested_sixteen_levels_deep(self, body: bytes) -> None:
        refuse_deep(body)

    @pytest.mark.parametrize(
        "body",
        [
            nested(DEEPEST + 1),
            nested(2 * DEEPEST),
            nested(10_000),
            b"[" * (DEEPEST + 1),
            b'["]"' + b',["]"' * DEEPEST,
            b"[" + b"[]," * 100 + nested(DEEPEST) + b"]",
        ],
        ids=["one deeper", "twice as deep", "much deeper", "without its ends", "hidden by texts", "at its end"],
    )
    def test_nested_deeper_is_refused(self, body: bytes) -> None:
        with pytest.raises(ProblemError, match="body_too_deep"):
            refuse_deep(body)
