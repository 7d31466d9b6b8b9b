"""Django's entry for the office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Registers pages and the staff's sessions, which are the office's only table."""

    name = "pointclub.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"
