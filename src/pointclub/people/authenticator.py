"""How an authenticator app's codes are worked out, shown and kept: allauth's way, with secrets as personal data.

Codes go by the real time, never by business time: the app on somebody's phone knows no other.
"""

from __future__ import annotations

import base64
from io import BytesIO
from urllib.parse import quote, urlencode

import qrcode
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal import auth as totp
from qrcode.image.svg import SvgPathFillImage

from pointclub.people.personal_data import UnreadablePersonalDataError, decrypt, encrypt

LONGEST_CODE = 32
_COLUMN = b"mfa_authenticator.data"
_PENDING = b"session.pending_secret"


class EncryptingAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # It brings no types.
    """Tells allauth to keep its secrets as personal data is kept."""

    def encrypt(self, text: str) -> str:
        """Encrypt under the key ring."""
        return base64.b64encode(encrypt(text, bound_to=_COLUMN)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what :meth:`encrypt` gave."""
        return decrypt(base64.b64decode(encrypted_text), bound_to=_COLUMN)


def draw_secret() -> str:
    """Return a new secret for an authenticator app, 160 bits in Base32."""
    secret: str = totp.generate_totp_secret()
    return secret


def seal_secret(secret: str) -> str:
    """Return a secret in the form in which a session may hold it until it is proved."""
    return encrypt(secret, bound_to=_PENDING).hex()


def unseal_secret(sealed: str | None) -> str | None:
    """Return what :func:`seal_secret` sealed; nothing where the key ring was changed meanwhile."""
    if not sealed:
        return None
    try:
        return decrypt(bytes.fromhex(sealed), bound_to=_PENDING)
    except UnreadablePersonalDataError:
        return None


def address_of(secret: str, *, login_id: str, issuer: str) -> str:
    """Return what the QR code says to the authenticator app."""
    label = quote(f"{issuer}:{login_id}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def picture_of(address: str) -> str:
    """Return the address as a QR code: SVG without inline style, white behind it, its size left to the page."""
    image = qrcode.make(address, image_factory=SvgPathFillImage, border=2)
    drawn = BytesIO()
    image.save(drawn)
    svg = drawn.getvalue().decode()
    return svg[svg.index("<svg") :]


def code_for(secret: str, *, steps_ahead: int = 0) -> str:
    """Return the code that an authenticator app shows now, or so many steps of 30 seconds later."""
    counters = list(totp.yield_hotp_counters_from_time())
    return _code(secret, counters[len(counters) // 2] + steps_ahead)


def counter_of(secret: str, code: str) -> int | None:
    """Return which of the codes that count now it is: this half minute's, the one's before or the one's after."""
    if len(code) > LONGEST_CODE:
        return None
    fitting = [
        counter
        for counter in totp.yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=_code(secret, counter))
    ]
    return fitting[-1] if fitting else None


def _code(secret: str, counter: int) -> str:
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return code
