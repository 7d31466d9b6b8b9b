"""How passkeys are asked for and checked, by WebAuthn; their keys lie where allauth keeps authenticators.

What the browser answers is anybody's text: whatever is wrong with it is one refusal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from pointclub.foundation.refusals import Refusal
from pointclub.people.models import User

LONGEST_ANSWER = 20_000
State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """The site that asks: its name without a port, which passkeys are bound to, how people call it, and its origin."""

    host: str
    name: str
    origin: str


class PasskeyRefusedError(Refusal):
    """The browser's answer does not prove a passkey: of another site, an old page, another key, or no answer at all."""

    code = "passkey_refused"


def ask_to_add(user: User, *, place: Place) -> tuple[Mapping[str, Any], State]:
    """Return what to ask the browser for, and what to hold its answer against; known passkeys are left out.

    The key is kept on the device under the user's id, and opens only to somebody whom the device itself has checked.
    """
    asked, state = _server(place).register_begin(
        user=PublicKeyCredentialUserEntity(id=user.id.bytes, name=user.login_id, display_name=user.login_id),
        credentials=_credentials_of(user),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(asked), state


def read_added(answer: str, state: State, *, place: Place) -> dict[str, Any]:
    """Return the new passkey in the form in which it is kept.

    Raises:
        PasskeyRefusedError: it is none that was asked for.
    """
    said = _parsed(answer)
    try:
        _server(place).register_complete(state, said)
    except Exception as broken:  # The library raises whatever its parts raise on what they cannot read.
        raise _refused() from broken
    return {name: said[name] for name in ("id", "rawId", "type") if name in said} | {
        "response": {name: said["response"][name] for name in ("clientDataJSON", "attestationObject")}
    }


def ask_to_show(*, place: Place) -> tuple[Mapping[str, Any], State]:
    """Return what to ask the browser for, whoever sits there; their device offers the passkeys that it has."""
    asked, state = _server(place).authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(asked), state


def read_shown(answer: str, state: State, *, place: Place) -> Authenticator:
    """Return the passkey that was shown; it names its owner.

    Raises:
        PasskeyRefusedError: it is none of ours, or does not answer what was asked.
    """
    said = _parsed(answer)
    try:
        owner = UUID(bytes=websafe_decode(said["response"]["userHandle"]))
        of_owner = {_credential_of(each).credential_id: each for each in _passkeys().filter(user_id=owner)}
        credentials = [_credential_of(each) for each in of_owner.values()]
        shown = _server(place).authenticate_complete(state, credentials, said)
    except Exception as broken:
        raise _refused() from broken
    return of_owner[shown.credential_id]


def _server(place: Place) -> Fido2Server:
    """Return the library's server, which takes answers from this very site and from no neighbour of its name."""
    entity = PublicKeyCredentialRpEntity(id=place.host, name=place.name)
    return Fido2Server(entity, verify_origin=lambda origin: origin == place.origin)


def _passkeys() -> Any:
    return Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)


def _credentials_of(user: User) -> list[AttestedCredentialData]:
    return [_credential_of(each) for each in _passkeys().filter(user=user)]


def _credential_of(passkey: Authenticator) -> AttestedCredentialData:
    kept = RegistrationResponse.from_dict(passkey.data["credential"])
    credential: AttestedCredentialData | None = kept.response.attestation_object.auth_data.credential_data
    assert credential is not None
    return credential


def _parsed(answer: str) -> dict[str, Any]:
    try:
        said = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise _refused()
    return said


def _refused() -> PasskeyRefusedError:
    message = "This passkey does not fit. Please load the page again and try once more, or sign in with your password."
    return PasskeyRefusedError(message)
