"""How an address is written on an envelope, and the word by which a mail is known again."""

import hashlib
from uuid import UUID

import pytest

from pointclub.notices.rules.mail_addresses import deliverable, read_token, return_path, sealed_token, token_in

DELIVERY = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
BOUNCES = "bounces@club.example.jp"


def digest(text: str) -> bytes:
    return hashlib.sha256(b"key" + text.encode()).digest()


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("hanako@example.com", "hanako@example.com"),
        ("hanako+club@example.com", "hanako+club@example.com"),
        ("a..b@docomo.ne.jp", '"a..b"@docomo.ne.jp'),
        ("a.@ezweb.ne.jp", '"a."@ezweb.ne.jp'),
        ('"a..b"@docomo.ne.jp', '"a..b"@docomo.ne.jp'),
        ('a"b\\c@example.com', '"a\\"b\\\\c"@example.com'),
    ],
)
def test_addresses_are_quoted_where_they_have_to_be(address: str, written: str) -> None:
    assert deliverable(address) == written


class TestAToken:
    def test_is_read_as_what_it_was_made_of(self) -> None:
        assert read_token(sealed_token(DELIVERY, digest=digest), digest=digest) == DELIVERY

    def test_outlives_a_change_of_case(self) -> None:
        assert read_token(sealed_token(DELIVERY, digest=digest).upper(), digest=digest) == DELIVERY

    def test_fits_before_the_at(self) -> None:
        path = return_path("a-name-of-20-letters@example.jp", sealed_token(DELIVERY, digest=digest))

        assert path.index("@") <= 64

    def test_that_was_changed_anywhere_is_none(self) -> None:
        token = sealed_token(DELIVERY, digest=digest)

        for place, letter in enumerate(token):
            changed = token[:place] + ("b" if letter == "a" else "a") + token[place + 1 :]
            assert read_token(changed, digest=digest) is None

    @pytest.mark.parametrize("token", ["", "a" * 41, "a" * 43, "1" * 42, "é" * 42, "a" * 26 + "\n" + "a" * 15])
    def test_of_another_shape_is_none(self, token: str) -> None:
        assert read_token(token, digest=digest) is None


class TestAReturnPath:
    def test_gives_back_its_word(self) -> None:
        assert token_in(f"<{return_path(BOUNCES, 'abc').upper()}>", bounce_address=BOUNCES) == "abc"

    @pytest.mark.parametrize(
        "address", [BOUNCES, "bounces+abc@club.example.com", "other+abc@club.example.jp", "", "@", "bounces+abc"]
    )
    def test_of_somebody_else_has_none(self, address: str) -> None:
        assert token_in(address, bounce_address=BOUNCES) is None
