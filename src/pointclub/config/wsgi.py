"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pointclub.config.settings")
application = get_wsgi_application()

from pointclub.config import safety  # noqa: E402 -- Django must be set up before a connection is opened.
from pointclub.foundation import clock  # noqa: E402 -- It reads the settings.

safety.refuse_unsafe_start()
# Where business time was set, it runs on from the start of the site, not from the first visit.
clock.now()
