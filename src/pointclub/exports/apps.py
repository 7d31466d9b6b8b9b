"""Django's entry for the exports module."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Registers exports."""

    name = "pointclub.exports"
    label = "exports"
    default_auto_field = "django.db.models.BigAutoField"
