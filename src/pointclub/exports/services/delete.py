"""Deleting files whose day is over; the worker does it every night."""

from __future__ import annotations

import datetime as dt

from pointclub.audit import services as audit
from pointclub.exports.models import ExportFile
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act


@act
def delete_expired_exports(*, on: dt.date, at: dt.datetime, actor: Actor) -> int:
    """Delete the content of every file that could be kept until a day before `on`; return how many there were."""
    expired = ExportFile.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        sealed__isnull=False, request__kept_through__lt=on
    )
    files = list(expired.order_by("request_id"))
    for file in files:
        file.sealed, file.deleted_at = None, at
        file.save(update_fields=["sealed", "deleted_at"])
        audit.record_act(
            act="exports.delete_expired_exports",
            actor=actor,
            subject=audit.Subject("export", file.request_id),
            at=at,
            details={"rows": file.rows},
        )
    return len(files)
