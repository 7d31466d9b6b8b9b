"""Django's entry for the membership module."""

from django.apps import AppConfig


class MembershipConfig(AppConfig):
    """Registers memberships and members."""

    name = "pointclub.membership"
    label = "membership"
    default_auto_field = "django.db.models.BigAutoField"
