"""Django's entry for the program module."""

from django.apps import AppConfig


class ProgramConfig(AppConfig):
    """Registers program versions and suspensions."""

    name = "pointclub.program"
    label = "program"
    default_auto_field = "django.db.models.BigAutoField"
