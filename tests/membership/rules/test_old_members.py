"""Numbers of an old club, and what passwords are verified by."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.module_loading import import_string
from hypothesis import given
from hypothesis import strategies as st

from pointclub.membership.rules.old_members import misfit_of_verifier, old_number
from pointclub.people.rules.field_errors import FieldError

pytestmark = pytest.mark.rule("REG-6")
SALT = "shio1234shio1234"
HASH = "A" * 43 + "="


class TestAnOldNumber:
    @pytest.mark.parametrize("typed", ["AB120045", "ab-120045", "ＡＢ１２００４５", " AB 120045 ", "AB‐1200ー45"])
    def test_is_the_same_however_it_is_written(self, typed: str) -> None:
        assert old_number(typed) == "AB120045"

    def test_keeps_its_leading_zeros(self) -> None:
        assert old_number("0012") == "0012"

    @pytest.mark.parametrize("typed", ["", "-", "旧会員", "A" * 41, "AB;12", "AB\x00"])
    def test_has_letters_and_digits_only(self, typed: str) -> None:
        with pytest.raises(FieldError):
            old_number(typed)

    @given(st.text())
    def test_is_read_once_and_for_all(self, typed: str) -> None:
        try:
            once = old_number(typed)
        except FieldError:
            return
        assert old_number(once) == once


class TestAVerifier:
    @pytest.mark.parametrize(
        "encoded",
        [
            PBKDF2PasswordHasher().encode("x", SALT, iterations=10),
            import_string("django.contrib.auth.hashers.ScryptPasswordHasher")().encode("x", SALT, n=16),
            f"argon2$argon2id$v=19$m=65536,t=3,p=4$c2hpbzEyMzRzaGlv${HASH}",
            f"pbkdf2_sha256$870000${SALT}${HASH}",
            f"scrypt$16384${SALT}$8$5${HASH}",
        ],
        ids=["pbkdf2", "scrypt", "argon2-as-usual", "pbkdf2-as-usual", "scrypt-as-usual"],
    )
    def test_of_a_known_format_is_taken(self, encoded: str) -> None:
        assert misfit_of_verifier(encoded) == ""

    @pytest.mark.parametrize(
        "encoded",
        [
            "",
            "mukashi8",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            f"md5${SALT}$5f4dcc3b5aa765d61d8327deb882cf99",
            f"pbkdf2_sha1$1000${SALT}${HASH}",
            "bcrypt_sha256$$2b$12$6Dk3RsFwxlJ1sY2bCq0a4eDkQ0Yw6lD2",
            f"pbkdf2_sha256$0${SALT}${HASH}",
            f"pbkdf2_sha256$-1${SALT}${HASH}",
            f"pbkdf2_sha256$1e6${SALT}${HASH}",
            f"pbkdf2_sha256$10${SALT}$",
            f"pbkdf2_sha256$10$${HASH}",
            f"pbkdf2_sha256$10${SALT}${HASH}\n",
            f"scrypt$1000${SALT}$8$1${HASH}",
            f"argon2$argon2d$v=19$m=8,t=1,p=1${SALT}${HASH}",
            f"{PBKDF2PasswordHasher.algorithm}$１０${SALT}${HASH}",
        ],
    )
    def test_of_any_other_is_refused(self, encoded: str) -> None:
        assert misfit_of_verifier(encoded) == "unknown_format"

    @pytest.mark.parametrize(
        "encoded",
        [
            f"pbkdf2_sha256$1000001${SALT}${HASH}",
            f"scrypt$65536${SALT}$8$1${HASH}",
            f"scrypt$16384${SALT}$8$17${HASH}",
            f"scrypt$16384${SALT}$15$3${HASH}",
            f"argon2$argon2id$v=19$m=999999,t=2,p=8${SALT}${HASH}",
            f"argon2$argon2id$v=19$m=65537,t=1,p=8${SALT}${HASH}",
            f"argon2$argon2id$v=19$m=65536,t=4,p=8${SALT}${HASH}",
            f"argon2$argon2id$v=19$m=8192,t=25,p=8${SALT}${HASH}",
        ],
    )
    def test_that_would_keep_a_page_waiting_is_refused(self, encoded: str) -> None:
        assert misfit_of_verifier(encoded) == "too_costly"
