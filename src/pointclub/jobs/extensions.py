"""Other last days that two people agreed on, carried out in every account that they are about (EXP-4)."""

from __future__ import annotations

import datetime as dt
import logging

from pointclub.foundation import actors
from pointclub.foundation.refusals import Refusal
from pointclub.points import queries as points_queries
from pointclub.points import services as points

_log = logging.getLogger(__name__)


def carry_out_approved(*, now: dt.datetime) -> None:
    """Go through what was approved and is not finished; the books name who approved it."""
    for request in points_queries.list_extensions_under_way():
        try:
            for _moved in points.carry_out_extension(
                request_id=request.id, at=now, actor=actors.named(request.decided_by)
            ):
                pass
        except Refusal as refusal:
            _log.warning("The extension %s waits: %s", request.id, refusal.message)
