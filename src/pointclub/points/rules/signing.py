"""Ed25519 signatures (RFC 8032), and how a key is written down and called by name."""

from __future__ import annotations

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def public_key_of(seed: bytes) -> bytes:
    """Return the public half of the key that grows from a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(content: bytes, *, seed: bytes) -> bytes:
    """Return the signature over the content."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(content)


def is_signed(content: bytes, *, signature: bytes, public_key: bytes) -> bool:
    """Return whether the owner of the key signed exactly this content."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id(public_key: bytes) -> str:
    """Return a short name of the key, for people to compare."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def in_base64(content: bytes) -> str:
    """Return how a key or a signature is written."""
    return base64.b64encode(content).decode()


def from_base64(text: object, *, length: int) -> bytes:
    """Return the bytes behind a text that was written so; ValueError if it is none of that length."""
    if not isinstance(text, str):
        raise ValueError("must be text")  # noqa: TRY004 -- In a file it is a value like any other that is wrong.
    content = base64.b64decode(text, validate=True)
    if len(content) != length:
        message = f"must be {length} bytes in Base64, not {len(content)}"
        raise ValueError(message)
    return content
