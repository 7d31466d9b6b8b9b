"""Django's entry for the merchants module."""

from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    """Registers merchants and stores."""

    name = "pointclub.merchants"
    label = "merchants"
    default_auto_field = "django.db.models.BigAutoField"
