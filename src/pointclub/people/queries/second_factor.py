"""Who has a second factor."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from pointclub.people.models import User


def find_second_factor(user: User) -> int | None:
    """Return the number of the person's second factor; a new one has a new number."""
    of_user = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    number: int | None = of_user.values_list("id", flat=True).first()
    return number


def login_ids_with_second_factor() -> frozenset[str]:
    """Return the login IDs of those who have one."""
    with_factor = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return frozenset(with_factor.values_list("user__login_id", flat=True))


def count_recovery_codes(user: User) -> int:
    """Return how many recovery codes are left."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return 0 if kept is None else len(RecoveryCodes(kept).get_unused_codes())
