"""Django's entry for the people module."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers persons and sign-ins."""

    name = "pointclub.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
