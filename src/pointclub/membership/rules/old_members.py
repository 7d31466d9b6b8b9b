"""What the older system says of its members: their numbers, and by what their passwords are verified (REG-6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from pointclub.people.rules.field_errors import FieldError

LONGEST_PASSWORD = 128
_NUMBER = re.compile(r"[0-9A-Z]{1,40}", re.ASCII)
_HYPHENS = str.maketrans("", "", "-‐‑‒–—―−ー－")
_BASE64 = r"[A-Za-z0-9+/]{20,120}={0,2}"
_SALT = r"[!-#%-~]{1,100}"
_FORMATS = {
    "pbkdf2_sha256": re.compile(rf"pbkdf2_sha256\$(?P<work>[1-9]\d{{0,6}})\${_SALT}\${_BASE64}", re.ASCII),
    "scrypt": re.compile(
        rf"scrypt\$(?P<work>[1-9]\d{{0,5}})\${_SALT}\$(?P<memory>[1-9]\d?)\$(?P<lanes>[1-9]\d?)\${_BASE64}", re.ASCII
    ),
    "argon2": re.compile(
        r"argon2\$argon2id?\$v=19\$m=(?P<memory>[1-9]\d{0,5}),t=(?P<work>[1-9]\d?),p=(?P<lanes>[1-9]\d?)"
        rf"\${_BASE64}\${_BASE64}".replace("{20,120}", "{11,120}"),
        re.ASCII,
    ),
}
# A look at a password ends well within half a second and holds 64 MiB at most: it takes a place that sign-ins need.
_MOST = {
    "pbkdf2_sha256": {"work": 1_000_000},
    "scrypt": {"lanes": 16},
    "argon2": {"memory": 65_536, "lanes": 16},
}
# What OpenSSL gives a hash by itself, and work at n = 16384, r = 8, p = 5.
_MOST_SCRYPT_BYTES = 32 * 1024 * 1024 - 1
_MOST_SCRYPT_WORK = 655_360
# Three passes over 64 MiB, or more over less.
_MOST_ARGON2_KIB = 3 * 65_536


def old_number(text: str) -> str:
    """Return an old member's number as it is compared: in any width and case, with or without hyphens and spaces.

    Raises:
        FieldError: `not_old_number`.
    """
    plain = "".join(unicodedata.normalize("NFKC", text.translate(_HYPHENS)).translate(_HYPHENS).split()).upper()
    if not _NUMBER.fullmatch(plain):
        raise FieldError("not_old_number")
    return plain


def misfit_of_verifier(encoded: str) -> str:
    """Return why a password cannot be verified by this: `unknown_format`, `too_costly`, or nothing."""
    name = encoded.partition("$")[0]
    found = _FORMATS[name].fullmatch(encoded) if name in _FORMATS else None
    if found is None:
        return "unknown_format"
    costs = {cost: int(number) for cost, number in found.groupdict().items()}
    if name == "scrypt" and (costs["work"] < 2 or costs["work"] & (costs["work"] - 1)):  # noqa: PLR2004 -- A power of 2.
        return "unknown_format"
    is_costly = any(costs[cost] > most for cost, most in _MOST[name].items())
    return "too_costly" if is_costly or _is_too_much(name, costs) else ""


def _is_too_much(name: str, costs: Mapping[str, int]) -> bool:
    """Tell whether the costs, each within its bound, ask for too much together."""
    if name == "scrypt":
        work, memory, lanes = costs["work"], costs["memory"], costs["lanes"]
        needs_bytes = 128 * memory * (work + lanes + 2)
        return needs_bytes > _MOST_SCRYPT_BYTES or work * memory * lanes > _MOST_SCRYPT_WORK
    return name == "argon2" and costs["work"] * costs["memory"] > _MOST_ARGON2_KIB
