"""Django's entry for the files module."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Registers the files taken in."""

    name = "pointclub.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"
