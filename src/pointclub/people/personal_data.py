"""Personal data at rest: AES-256-GCM under a key ring, and a blind index for exact look-up.

A stolen dump of the database shows neither names nor addresses; whoever wants to find a person must know the
exact value and hold the index key. The keys come from the environment.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

_FORMAT = 1
_HEAD_BYTES = 2
_NONCE_BYTES = 12


class UnreadablePersonalDataError(Exception):
    """The stored bytes fit no key of the ring: a key was dropped too early, or a row was tampered with."""


class EncryptedTextField(models.Field[str, str]):
    """Text that is stored encrypted; it can be read and written, never filtered, ordered or indexed.

    The column's name is bound into the ciphertext, so a value moved to another column does not decrypt.
    """

    def get_internal_type(self) -> str:
        """Store as ``bytea``."""
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every look-up but for absence: ciphertexts of equal values differ, so none could find anything."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def _column_label(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002 -- Django's signature
        """Encrypt on the way in."""
        if value is None:
            return None
        return connection.Database.Binary(encrypt(str(value), bound_to=self._column_label()))

    def from_db_value(self, value: bytes | None, *_: Any) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else decrypt(bytes(value), bound_to=self._column_label())


def encrypt(text: str, *, bound_to: bytes) -> bytes:
    """Return the text as it is stored."""
    return encrypt_bytes(text.encode(), bound_to=bound_to)


def encrypt_bytes(content: bytes, *, bound_to: bytes) -> bytes:
    """Return format byte, key id length, key id, nonce and ciphertext, under the first key of the ring."""
    key_id, key = next(iter(settings.ENVIRONMENT.personal_data_keys.items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, content, bound_to)
    return bytes([_FORMAT, len(key_id)]) + key_id.encode() + nonce + sealed


def decrypt(stored: bytes, *, bound_to: bytes) -> str:
    """Return the text.

    Raises:
        UnreadablePersonalDataError: the key is not on the ring, or the bytes were changed or moved.
    """
    return decrypt_bytes(stored, bound_to=bound_to).decode()


def decrypt_bytes(stored: bytes, *, bound_to: bytes) -> bytes:
    """Return what was encrypted.

    Raises:
        UnreadablePersonalDataError: the key is not on the ring, or the bytes were changed or moved.
    """
    if len(stored) < _HEAD_BYTES or stored[0] != _FORMAT or len(stored) < _HEAD_BYTES + stored[1] + _NONCE_BYTES:
        message = "This is not personal data as we store it."
        raise UnreadablePersonalDataError(message)
    key_id = stored[2 : 2 + stored[1]].decode(errors="replace")
    body = stored[2 + stored[1] :]
    key = settings.ENVIRONMENT.personal_data_keys.get(key_id)
    if key is None:
        message = f"The key {key_id!r} is not on the key ring."
        raise UnreadablePersonalDataError(message)
    try:
        return AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], bound_to)
    except InvalidTag as wrong:
        message = "The bytes were changed, or belong to another column."
        raise UnreadablePersonalDataError(message) from wrong


def blind_index(value: str, *, of: str = "") -> bytes:
    """Return a keyed digest of the normalised value: equal for equal values, telling nothing without the key.

    Width, case and spaces do not count, so 「ﾔﾏﾀﾞ 花子」 finds 「ヤマダ花子」. The kind of value can be mixed in, so
    that the same text of two kinds has two digests.
    """
    normalised = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    if of:
        normalised = f"{of}\0{normalised}"
    return hmac.new(settings.ENVIRONMENT.blind_index_key, normalised.encode(), hashlib.sha256).digest()
