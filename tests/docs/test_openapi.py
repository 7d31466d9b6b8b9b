"""What docs/api/openapi.json says of an Idempotency-Key is what the interface takes."""

import json
import re
import unicodedata

import pytest

from pointclub.earning.rules.requests import LONGEST_REFERENCE
from pointclub.foundation.texts import is_line
from tests.docs.rules_table import CHECKOUT

# Latin-1, kana, the first ideographs, and the wide and narrow forms.
NUMBERS = [*range(0x100), *range(0x3000, 0x3100), *range(0x4E00, 0x4E80), *range(0xFF01, 0xFFEF)]


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    description = json.loads((CHECKOUT / "docs" / "api" / "openapi.json").read_text(encoding="utf-8"))
    (key,) = (
        parameter
        for parameter in description["paths"]["/v1/accruals"]["post"]["parameters"]
        if parameter["name"] == "Idempotency-Key"
    )
    found: dict[str, object] = key["schema"]
    return found


def is_sent_as_it_is(key: str) -> bool:
    """Tell whether a header carries it: spaces at its ends are lost on the way."""
    return key == key.strip(" ")


class TestAnIdempotencyKey:
    def test_is_as_long_as_is_described(self, schema: dict[str, object]) -> None:
        assert (schema["minLength"], schema["maxLength"]) == (1, LONGEST_REFERENCE)

    def test_has_the_characters_that_are_described(self, schema: dict[str, object]) -> None:
        assigned = [chr(number) for number in NUMBERS if unicodedata.category(chr(number)) != "Cn"]
        keys = [key for text in assigned for key in (text, f"a{text}b")]
        taken = [key for key in keys if is_line(key, longest=LONGEST_REFERENCE) and is_sent_as_it_is(key)]

        assert [key for key in keys if re.search(str(schema["pattern"]), key)] == taken

    @pytest.mark.parametrize("key", ["伝票-1", "レジ 3/20260401", "é", "x" * 80])
    def test_may_be_in_any_language(self, schema: dict[str, object], key: str) -> None:
        assert re.search(str(schema["pattern"]), key)
        assert is_line(key, longest=LONGEST_REFERENCE)
