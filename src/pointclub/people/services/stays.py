"""Whether somebody may still act: asked under a lock that a report of theft wants as well, so neither overtakes it."""

from __future__ import annotations

from uuid import UUID

from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.people.models import SignIn, User


class StayEndedError(Refusal):
    """The stay in which this was asked for has ended meanwhile, or a theft was reported."""

    code = "stay_ended"


class AccountChangedError(Refusal):
    """What was shown to come in proved an account that has changed meanwhile: a new password, or a theft."""

    code = "account_changed"


@act
def hold_stay(*, stay: SignIn) -> User:
    """Return whose stay it is, as they are now, and let nothing change that until the act around is over.

    Raises:
        StayEndedError: the stay is over, or a theft was reported.
    """
    user = lock_user(stay.user_id)
    goes_on = SignIn.objects.filter(id=stay.id, user=user, ended_at__isnull=True).exists()
    if not goes_on or not _is_open(user):
        message = "This sign-in has ended. Nothing was changed. Please sign in again."
        raise StayEndedError(message)
    stay.user = user
    return user


def hold_unchanged(user: User) -> None:
    """Do nothing where the account still is what was proved a moment ago, and keep it so until the act is over.

    Raises:
        AccountChangedError: it is not.
    """
    now = lock_user(user.pk)
    if not _is_open(now) or now.password != user.password:
        message = "Something about this login ID was changed just now. Please sign in again."
        raise AccountChangedError(message)


def lock_user(user_id: UUID) -> User:
    """Return the user under the lock that everything takes first which changes how they come in."""
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def _is_open(user: User) -> bool:
    return user.is_active and user.stolen_at is None
