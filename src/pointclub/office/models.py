"""The sessions of staff, apart from those of members; and which forms were sent."""

from __future__ import annotations

from django.db import models


class Session(models.Model):
    """One stay in the office. Its key is kept as a digest, so that a stolen dump opens nothing; an ended one stays."""

    digest = models.CharField(primary_key=True, max_length=64)
    data = models.TextField()
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Nothing of an ended session is left but when it was."""

        db_table = "office_session"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(data=""), name="an_ended_session_holds_nothing"
            )
        ]

    def __str__(self) -> str:
        """Show when it began."""
        return f"session of {self.began_at}"


class Submission(models.Model):
    """A form that was sent and carried out, known by its token; sent again, it leads to the same page."""

    insert_only = True

    token = models.UUIDField(primary_key=True)
    led_to = models.CharField(max_length=200)
    sent_at = models.DateTimeField()

    class Meta:
        """Written in one transaction with what the form asked for."""

        db_table = "office_submission"

    def __str__(self) -> str:
        """Show where it led."""
        return self.led_to
