"""Where tests look for marks: in log lines as they are written, and in sessions, whose rows show nothing unopened."""

from __future__ import annotations

import json

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from pointclub.config.logs import QuietFormatter
from pointclub.office.models import Session as OfficeSession
from pointclub.office.sessions import SessionStore as OfficeSessionStore


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, as the operator reads it."""
    formatter = QuietFormatter("{levelname} {name} {message}", style="{")
    return "\n".join(formatter.format(record) for record in caplog.records)


def opened_sessions() -> list[str]:
    """Return what the sessions of members and of staff hold."""
    held = [SessionStore().decode(data) for data in Session.objects.values_list("session_data", flat=True)]
    of_staff = OfficeSession.objects.filter(ended_at=None).values_list("data", flat=True)
    held += [OfficeSessionStore().decode(data) for data in of_staff]
    return [json.dumps(each, ensure_ascii=False, default=str) for each in held]
