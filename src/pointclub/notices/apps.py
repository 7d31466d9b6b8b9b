"""Django's entry for the notices module."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers what people are told, and whether it was sent."""

    name = "pointclub.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
