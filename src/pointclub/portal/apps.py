"""Django's entry for the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers templates, translations and static files; the portal has no tables of its own."""

    name = "pointclub.portal"
    label = "portal"
