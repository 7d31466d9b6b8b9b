"""Django's own commands, for writing migrations; everything else, applying them too, is under `pointclub`."""

import os
import sys
from contextlib import ExitStack

from django.core.management import execute_from_command_line

from pointclub.config.environment import read_environment
from pointclub.jobs.database.access import open_database

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pointclub.config.settings")
    with ExitStack() as stack:
        open_database(read_environment(os.environ), stack, create=True)
        execute_from_command_line(sys.argv)
