"""Contracts, as the billing system tells of them, and who uses the portal for them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from pointclub.people.models import Person
from pointclub.people.personal_data import blind_index, decrypt, encrypt


class EnergyContract(models.Model):
    """A contract under the billing system's own number; what it says stands in its versions."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=80, unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        """Versions and links lead to it."""

        db_table = "energy_contract"

    def __str__(self) -> str:
        """Show the id only: the billing system's number may be printed on bills."""
        return f"contract {self.id}"


class ContractVersion(models.Model):
    """What the billing system said of a contract at an instant of its own; the latest such instant counts."""

    insert_only = True

    class Kind(models.TextChoices):
        """What is supplied, or bought from the customer."""

        ELECTRICITY = "electricity"
        GAS = "gas"
        PURCHASE = "purchase"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(EnergyContract, on_delete=models.PROTECT, related_name="versions")
    changed_at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind)
    customer_number = models.BinaryField(editable=False)
    supply_point_number = models.BinaryField(editable=False)
    numbers_index = models.BinaryField(db_index=True, editable=False)
    menu_code = models.CharField(max_length=40)
    holder = models.BinaryField(null=True, editable=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    fingerprint = models.BinaryField(editable=False)
    recorded_at = models.DateTimeField()

    class Meta:
        """A contract says one thing at a time."""

        db_table = "energy_contract_version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "changed_at"], name="a_contract_says_one_thing_at_a_time"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_contract_does_not_end_before_it_starts",
            ),
        ]

    def __str__(self) -> str:
        """Show the id only."""
        return f"version {self.id}"

    def seal(self, *, customer_number: str, supply_point_number: str, holder: str | None) -> None:
        """Keep the numbers and the holder's name, each bound to this row and its column."""
        self.customer_number = encrypt(customer_number, bound_to=self._place("customer_number"))
        self.supply_point_number = encrypt(supply_point_number, bound_to=self._place("supply_point_number"))
        self.numbers_index = index_of(customer_number, supply_point_number)
        self.holder = None if holder is None else encrypt(holder, bound_to=self._place("holder"))

    def read_customer_number(self) -> str:
        """Return the number in the clear."""
        return decrypt(bytes(self.customer_number), bound_to=self._place("customer_number"))

    def holds_on(self, on: dt.date) -> bool:
        """Return whether the contract has begun by that day and goes on."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def _place(self, column: str) -> bytes:
        return f"{self._meta.db_table}.{column}:{self.id}:{self.contract_id}".encode()


class ContractLink(models.Model):
    """Somebody uses the portal for a contract; of one contract it is one person at a time."""

    changeable_columns = ("ended_at", "ended_by")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(EnergyContract, on_delete=models.PROTECT, related_name="links")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    linked_by = models.CharField(max_length=100)
    linked_at = models.DateTimeField()
    ended_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One portal user a contract."""

        db_table = "energy_contract_link"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(ended_at__isnull=True), name="a_contract_is_linked_to_one_person"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="who_ended_a_link_is_named",
            ),
        ]

    def __str__(self) -> str:
        """Show the id only."""
        return f"link {self.id}"


def index_of(customer_number: str, supply_point_number: str) -> bytes:
    """Return the digest by which both numbers together find a contract; one alone finds nothing."""
    return blind_index(f"{customer_number}/{supply_point_number}", of="energy_contract")
