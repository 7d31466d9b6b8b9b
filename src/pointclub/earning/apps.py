"""Django's entry for the earning module."""

from django.apps import AppConfig


class EarningConfig(AppConfig):
    """Registers earning rules, campaigns and accruals."""

    name = "pointclub.earning"
    label = "earning"
    default_auto_field = "django.db.models.BigAutoField"
