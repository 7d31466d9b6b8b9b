"""Persons and sign-ins."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from uuid_utils.compat import uuid7

from pointclub.people.personal_data import EncryptedTextField


class Person(models.Model):
    """A natural person: member, family member or member of staff."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = EncryptedTextField()
    name_index = models.BinaryField(db_index=True, editable=False)
    recorded_at = models.DateTimeField()

    class Meta:
        """No default order: persons are looked up, never listed."""

        db_table = "people_person"

    def __str__(self) -> str:
        """Show the id only: a name must not reach a log by accident."""
        return f"person {self.id}"


class User(AbstractBaseUser):
    """Somebody who signs in with a login ID; it holds no personal data of its own."""

    class Language(models.TextChoices):
        """The languages of the portal."""

        JAPANESE = "ja", "日本語"
        ENGLISH = "en", "English"

    class Scheme(models.TextChoices):
        """In which colours the site appears: as the device is set, or always light or dark."""

        SYSTEM = "system"
        LIGHT = "light"
        DARK = "dark"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login_id = models.CharField(max_length=32, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.JAPANESE)
    scheme = models.CharField(max_length=6, choices=Scheme, default=Scheme.SYSTEM)
    registered_at = models.DateTimeField()
    # None where it still is the one of the registration.
    password_changed_at = models.DateTimeField(null=True)
    # Until login ID and password are both new: the password is gone, and a link that was mailed asks for both (MEM-6).
    stolen_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "login_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager()

    class Meta:
        """Login IDs are unique without regard to case, as they are typed on phones."""

        db_table = "people_user"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(login_id=Lower("login_id")), name="login_id_is_kept_in_lower_case"
            ),
        ]

    def __str__(self) -> str:
        """Show the login ID, which is not secret."""
        return self.login_id
