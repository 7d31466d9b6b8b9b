"""Django's entry for the runs module."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Registers runs."""

    name = "pointclub.runs"
    label = "runs"
