"""Words that name a delivery and cannot be made up: in the address of its bounces, and in the link that stops mail."""

from __future__ import annotations

from uuid import UUID

from pointclub.notices.rules import mail_addresses
from pointclub.people.personal_data import blind_index


def bounce_token(delivery_id: UUID) -> str:
    """Return the word in the return path of the delivery."""
    return mail_addresses.sealed_token(delivery_id, digest=_for_bounces)


def read_bounce_token(token: str) -> UUID | None:
    """Return the delivery that a return path named, or nothing if it is none of ours."""
    return mail_addresses.read_token(token, digest=_for_bounces)


def stop_token(delivery_id: UUID) -> str:
    """Return the word in the link by which the receiver of that delivery stops advertising."""
    return mail_addresses.sealed_token(delivery_id, digest=_for_stops)


def read_stop_token(token: str) -> UUID | None:
    """Return the delivery whose receiver wants no more, or nothing if the link is none of ours."""
    return mail_addresses.read_token(token, digest=_for_stops)


def _for_bounces(text: str) -> bytes:
    return blind_index(text, of="bounce")


def _for_stops(text: str) -> bytes:
    return blind_index(text, of="stop advertising")
