"""Django's entry for the office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Registers pages, the sessions of staff, and which of their forms were sent."""

    name = "pointclub.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"
