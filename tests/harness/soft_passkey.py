"""A passkey made of nothing but software, for tests without a browser."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

_HERE_AND_CHECKED = 0b0000_0101
_WITH_KEY = 0b0100_0000


class SoftPasskey:
    """Answers what a page asks of a device, as a device would that has checked its owner."""

    def __init__(self, *, origin: str) -> None:
        self.origin = origin
        self._id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._owner = b""

    def add(self, asked: Mapping[str, Any]) -> str:
        """Answer the wish for a new passkey."""
        wanted = asked["publicKey"]
        self._owner = websafe_decode(wanted["user"]["id"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))  # type: ignore[no-untyped-call]
        attested = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + public
        data = self._about(wanted["rp"]["id"], _HERE_AND_CHECKED | _WITH_KEY) + attested
        response = {
            "clientDataJSON": self._said("webauthn.create", wanted["challenge"]),
            "attestationObject": websafe_encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._answer(response)

    def show(self, asked: Mapping[str, Any]) -> str:
        """Answer the wish to see a passkey."""
        wanted = asked["publicKey"]
        data = self._about(wanted["rpId"], _HERE_AND_CHECKED)
        said = self._said("webauthn.get", wanted["challenge"])
        signed = data + hashlib.sha256(websafe_decode(said)).digest()
        response = {
            "clientDataJSON": said,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self._key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": websafe_encode(self._owner),
        }
        return self._answer(response)

    def _about(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + bytes(4)

    def _said(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(said).encode())

    def _answer(self, response: Mapping[str, str]) -> str:
        name = websafe_encode(self._id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
