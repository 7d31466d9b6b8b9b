"""Django's entry for the audit module."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers the log's entries and chains."""

    name = "pointclub.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
