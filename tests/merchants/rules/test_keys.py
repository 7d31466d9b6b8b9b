"""What a terminal key's secret looks like, and what is kept of it."""

import hashlib

import pytest

from pointclub.merchants.rules.keys import digest_of, hint_of, is_secret, new_secret

SECRET = "pct_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


class TestASecret:
    def test_is_made_of_32_random_bytes(self) -> None:
        assert new_secret(bytes(range(32))) == SECRET
        assert is_secret(SECRET)

    @pytest.mark.parametrize("count", [0, 31, 33])
    def test_is_made_of_no_other_number(self, count: int) -> None:
        with pytest.raises(ValueError, match="32 random bytes"):
            new_secret(bytes(count))

    @pytest.mark.parametrize(
        "text",
        ["", "pct_", SECRET[4:], SECRET[:-1], f"{SECRET}A", f"{SECRET}\n", f"{SECRET[:-1]}+", f"{SECRET[:-1]}Ａ"],
        ids=["nothing", "prefix", "no-prefix", "short", "long", "line-end", "plain-base64", "full-width"],
    )
    def test_has_no_other_shape(self, text: str) -> None:
        assert not is_secret(text)

    def test_leaves_its_digest_and_its_last_four_characters(self) -> None:
        assert digest_of(SECRET) == hashlib.sha256(SECRET.encode()).digest()
        assert hint_of(SECRET) == "dHh8"
