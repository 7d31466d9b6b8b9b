"""Django's entry for the rewards module."""

from django.apps import AppConfig


class RewardsConfig(AppConfig):
    """Registers redemption orders and their lines."""

    name = "pointclub.rewards"
    label = "rewards"
    default_auto_field = "django.db.models.BigAutoField"
