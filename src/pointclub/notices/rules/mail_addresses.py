"""How an address is written on an envelope, and how a bounce names the mail it comes back from."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from uuid import UUID

# What RFC 5322 lets stand before the @ without quotes. Old addresses of phones in Japan have two dots in a row, or one
# at the end; quoted they arrive.
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_SEAL_BYTES = 10
_TOKEN = re.compile(r"([a-z2-7]{26})([a-z2-7]{16})")

Digest = Callable[[str], bytes]


def deliverable(address: str) -> str:
    """Return the address with its part before the @ in quotes, where it may not stand without."""
    name, _, domain = address.rpartition("@")
    if _PLAIN.fullmatch(name) or (name.startswith('"') and name.endswith('"')):
        return address
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'


def sealed_token(delivery_id: UUID, *, digest: Digest) -> str:
    """Return a word that names the delivery and cannot be made up: letters of one case, and digits."""
    seal = digest(str(delivery_id))[:_SEAL_BYTES]
    return _base32(delivery_id.bytes) + _base32(seal)


def read_token(token: str, *, digest: Digest) -> UUID | None:
    """Return the delivery that the word names, or nothing if we did not make it."""
    found = _TOKEN.fullmatch(token.lower())
    if found is None:
        return None
    delivery_id = UUID(bytes=base64.b32decode(found[1].upper() + "======"))
    is_ours = hmac.compare_digest(sealed_token(delivery_id, digest=digest), token.lower())
    return delivery_id if is_ours else None


def return_path(bounce_address: str, token: str) -> str:
    """Return the address that a bounce of this one mail goes to."""
    name, _, domain = bounce_address.rpartition("@")
    return f"{name}+{token}@{domain}"


def token_in(address: str, *, bounce_address: str) -> str | None:
    """Return the word in an address that a bounce came to."""
    name, _, domain = bounce_address.rpartition("@")
    start, end = f"{name}+".lower(), f"@{domain}".lower()
    written = address.strip().strip("<>").lower()
    if not (written.startswith(start) and written.endswith(end)):
        return None
    return written[len(start) : -len(end)]


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").lower()
