"""Django's entry for the points module."""

from django.apps import AppConfig


class PointsConfig(AppConfig):
    """Registers the ledger."""

    name = "pointclub.points"
    label = "points"
    default_auto_field = "django.db.models.BigAutoField"
