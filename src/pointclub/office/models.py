"""The sessions of staff, apart from those of members."""

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
