"""Who accepted which text."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.people.models import Person
from pointclub.terms.rules.documents import Document, Language


class TermsAcceptance(models.Model):
    """One version of one document, accepted by one person (TRM-1)."""

    insert_only = True

    class Manner(models.TextChoices):
        """Whether somebody said so, or did what counts as saying so."""

        EXPLICIT = "explicit"
        DEEMED = "deemed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=40, choices=[(each.value, each.value) for each in Document])
    version = models.CharField(max_length=10)
    # Of the words themselves: a version whose names were changed in the settings is another text.
    digest = models.BinaryField(editable=False)
    language = models.CharField(max_length=2, choices=[(each.value, each.value) for each in Language])
    manner = models.CharField(max_length=8, choices=Manner)
    # A code such as "registration" for the occasion.
    how = models.CharField(max_length=32)
    accepted_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=100)

    class Meta:
        """The same text accepted twice is accepted once."""

        db_table = "terms_acceptance"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "document", "version", "digest"], name="nobody_accepts_the_same_text_twice"
            ),
            models.CheckConstraint(
                condition=Q(document__in=[each.value for each in Document]), name="a_document_that_exists_is_accepted"
            ),
            models.CheckConstraint(
                condition=Q(language__in=[each.value for each in Language]),
                name="a_text_is_accepted_in_a_language_it_has",
            ),
            models.CheckConstraint(
                condition=Q(manner__in=["explicit", "deemed"]), name="a_text_is_accepted_in_a_known_manner"
            ),
            models.CheckConstraint(condition=~Q(how=""), name="an_acceptance_says_on_what_occasion"),
        ]

    def __str__(self) -> str:
        """Show document and version."""
        return f"{self.document} {self.version}"
