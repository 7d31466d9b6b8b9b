"""What we keep of a person beside the name, encrypted. A change adds a row and marks the one before as replaced."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.people.models.persons import Person
from pointclub.people.personal_data import blind_index, decrypt, encrypt


class SealedValue(models.Model):
    """A value of one kind; its ciphertext is bound to its row, so it reads nowhere else."""

    # What was recorded, by whom and when stays as it is.
    changeable_columns: ClassVar[tuple[str, ...]] = ("replaced_by", "replaced_at")

    # Under which name the value is looked for: the same text of two kinds has two digests.
    index_of: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    sealed = models.BinaryField(editable=False)
    value_index = models.BinaryField(db_index=True, editable=False)
    recorded_by = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()
    replaced_by = models.CharField(max_length=100, blank=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        """Each kind of value has its own table."""

        abstract = True

    def __str__(self) -> str:
        """Show table and row only: a value must not reach a log by accident."""
        return f"{self._meta.db_table} {self.id}"

    @classmethod
    def of(cls, person_id: UUID, kind: str, value: str, *, recorded_by: str, at: dt.datetime) -> Self:
        """Return the row of a new value, not saved yet."""
        row = cls(
            person_id=person_id,
            kind=kind,
            value_index=blind_index(value, of=cls.index_name(kind)),
            recorded_by=recorded_by,
            recorded_at=at,
        )
        row.sealed = encrypt(value, bound_to=row._place())
        return row

    @classmethod
    def index_name(cls, kind: str) -> str:  # noqa: ARG003 -- Details have a name for each kind.
        """Return the name under which values of that kind are looked for."""
        return cls.index_of

    @property
    def value(self) -> str:
        """Return the value in the clear."""
        return decrypt(bytes(self.sealed), bound_to=self._place())

    def _place(self) -> bytes:
        return f"{self._meta.db_table}.sealed:{self.id}:{self.person_id}:{self.kind}".encode()


def _kept_well(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=["person", "kind"], condition=Q(replaced_at__isnull=True), name=f"a_person_has_one_{name}_of_a_kind"
        ),
        models.CheckConstraint(
            condition=Q(replaced_at__isnull=True, replaced_by="") | (Q(replaced_at__isnull=False) & ~Q(replaced_by="")),
            name=f"who_replaced_a_{name}_is_named",
        ),
    ]


class ContactAddress(SealedValue):
    """An e-mail address."""

    class Kind(models.TextChoices):
        """Mail goes to the first and the second; one that is to take the place of either waits for its proof."""

        FIRST = "first_mail"
        SECOND = "second_mail"
        NEXT_FIRST = "next_first"
        NEXT_SECOND = "next_second"

    changeable_columns: ClassVar[tuple[str, ...]] = ("verified_at", "bounced_at", *SealedValue.changeable_columns)
    index_of = "mail"

    kind = models.CharField(max_length=12, choices=Kind)
    verified_at = models.DateTimeField(null=True)
    # Since when mail to it comes back (NTC-5); whoever proves the address anew takes it away.
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        """One first and one second address at a time."""

        db_table = "people_contact_address"
        constraints: ClassVar[list[models.BaseConstraint]] = _kept_well("address")

    @property
    def place(self) -> ContactAddress.Kind:
        """Return which address it is, or is to become."""
        return _PLACES.get(self.Kind(self.kind), self.Kind(self.kind))


_PLACES = {
    ContactAddress.Kind.NEXT_FIRST: ContactAddress.Kind.FIRST,
    ContactAddress.Kind.NEXT_SECOND: ContactAddress.Kind.SECOND,
}
WAITING = tuple(_PLACES)


class PhoneNumber(SealedValue):
    """A phone number."""

    class Kind(models.TextChoices):
        """Messages go to the mobile."""

        MOBILE = "mobile"
        LAND_LINE = "land_line"

    changeable_columns: ClassVar[tuple[str, ...]] = ("verified_at", *SealedValue.changeable_columns)
    index_of = "phone"

    kind = models.CharField(max_length=12, choices=Kind)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        """One mobile and one land line at a time."""

        db_table = "people_phone_number"
        constraints: ClassVar[list[models.BaseConstraint]] = _kept_well("phone")


class PersonalDetail(SealedValue):
    """Anything else that is kept of a person: how the name is read, when they were born, where they live."""

    class Kind(models.TextChoices):
        """Each with one current value; of names the current one is the person's, and only former ones are here."""

        NAME = "name"
        FAMILY_NAME = "family_name"
        GIVEN_NAME = "given_name"
        KANA = "kana"
        BIRTH_DATE = "birth_date"
        SEX = "sex"
        NICKNAME = "nickname"
        POSTAL_CODE = "postal_code"
        ADDRESS = "address"
        PREFECTURE = "prefecture"
        TOWN = "town"
        STREET = "street"
        BUILDING = "building"

    kind = models.CharField(max_length=12, choices=Kind)

    class Meta:
        """One value of each kind at a time."""

        db_table = "people_personal_detail"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *_kept_well("detail"),
            models.CheckConstraint(
                condition=~Q(kind="name") | Q(replaced_at__isnull=False),
                name="a_name_kept_here_is_a_former_one",
            ),
        ]

    @classmethod
    def index_name(cls, kind: str) -> str:
        """Return the kind itself."""
        return kind


class Unmasking(models.Model):
    """Somebody of the staff was shown a person's data in the clear: who, whose, which fields, when; never the data."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unmasked_by = models.CharField(max_length=100)
    unmasked_on = models.DateField()
    unmasked_at = models.DateTimeField()
    fields = models.JSONField()

    class Meta:
        """Counted by day, so that nobody reads the club's members one by one."""

        db_table = "people_unmasking"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unmasked_by", "unmasked_on", "person"], name="unmaskings_of_a_day"),
        ]

    def __str__(self) -> str:
        """Show who and when."""
        return f"{self.unmasked_by} {self.unmasked_at}"
