"""Django's entry for the energy module."""

from django.apps import AppConfig


class EnergyConfig(AppConfig):
    """Registers energy contracts."""

    name = "pointclub.energy"
    label = "energy"
    default_auto_field = "django.db.models.BigAutoField"
