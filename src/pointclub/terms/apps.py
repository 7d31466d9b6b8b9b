"""Django's entry for the terms module."""

from django.apps import AppConfig


class TermsConfig(AppConfig):
    """Registers documents and who accepted which version."""

    name = "pointclub.terms"
    label = "terms"
    default_auto_field = "django.db.models.BigAutoField"
