"""Versions of the program, in tests that are not about how they come to be."""

from __future__ import annotations

import datetime as dt

from pointclub.program import services as program
from pointclub.program.models import ProgramVersion
from tests.factories.club import OTHER_STAFF, STAFF


def add_version(
    *, code: str, effective_from: dt.date, figures: program.ProgramFigures, at: dt.datetime
) -> ProgramVersion:
    """Let one ask for the version and another approve it."""
    request = program.request_version(
        code=code, effective_from=effective_from, figures=figures, reason="規定の改定", at=at, actor=STAFF
    )
    return program.approve_version(request_id=request.id, at=at, actor=OTHER_STAFF)
