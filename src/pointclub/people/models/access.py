"""How people come in: the browsers known as theirs, each sign-in as evidence, mailed codes and links, and alarms."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.people.models.contacts import ContactAddress
from pointclub.people.models.persons import User
from pointclub.people.rules.attempts import Step
from pointclub.people.rules.signing_in import EndedHow, Means


class KnownDevice(models.Model):
    """A browser in which somebody came all the way in and asked to be remembered; its mark is kept as a digest."""

    changeable_columns: ClassVar[tuple[str, ...]] = ("browser", "seen_at", "forgotten_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField()
    browser = models.CharField(max_length=60)
    known_since = models.DateTimeField()
    seen_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        """Several people of a household may share a browser; each is known in it by themselves."""

        db_table = "people_known_device"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "digest"], condition=Q(forgotten_at__isnull=True), name="a_browser_is_known_once"
            ),
        ]

    def __str__(self) -> str:
        """Show the browser."""
        return self.browser


class SignIn(models.Model):
    """Somebody came in: when, from where, by what means, and when they left (MEM-6)."""

    changeable_columns: ClassVar[tuple[str, ...]] = ("ended_at", "ended_how")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(KnownDevice, on_delete=models.PROTECT, null=True, related_name="+")
    means = models.CharField(max_length=12, choices=[(each.value, each.value) for each in Means])
    network = models.CharField(max_length=43)
    browser = models.CharField(max_length=60)
    signed_in_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=12, choices=[(each.value, each.value) for each in EndedHow], blank=True)

    class Meta:
        """Shown to their owner, the latest first."""

        db_table = "people_sign_in"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "signed_in_at"], name="sign_ins_of_a_user"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
                name="an_ended_sign_in_says_how",
            ),
        ]

    def __str__(self) -> str:
        """Show means and instant."""
        return f"{self.means} at {self.signed_in_at}"


class MailedCode(models.Model):
    """A code that was mailed to somebody whose password was right; only the latest counts, once, and not for long."""

    changeable_columns: ClassVar[tuple[str, ...]] = ("used_at",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(ContactAddress, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Looked up by user, the latest first."""

        db_table = "people_mailed_code"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "made_at"], name="codes_of_a_user")]

    def __str__(self) -> str:
        """Show when it was made."""
        return f"code of {self.made_at}"


class RecoveryLink(models.Model):
    """A link to a new password, mailed once e-mail and keyword fitted; it counts once, and not for long (REG-7)."""

    changeable_columns: ClassVar[tuple[str, ...]] = ("used_at",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Looked up by the digest of its secret."""

        db_table = "people_recovery_link"

    def __str__(self) -> str:
        """Show when it was made."""
        return f"link of {self.made_at}"


class SignInAlarm(models.Model):
    """So many wrong tries over all accounts that somebody works through a list of passwords, addresses or login IDs."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    step = models.CharField(
        max_length=8, choices=[(step.value, step.value) for step in Step], default=Step.MEMBER.value
    )
    raised_at = models.DateTimeField(db_index=True)
    wrong_tries = models.PositiveIntegerField()
    within_minutes = models.PositiveIntegerField()

    class Meta:
        """Shown to staff, the latest first."""

        db_table = "people_sign_in_alarm"

    def __str__(self) -> str:
        """Show count and instant."""
        return f"{self.wrong_tries} wrong tries by {self.raised_at}"
