"""Where the office keeps its sessions: in rows of their own, for half an hour without a request and ten hours at most.

Members' sessions lie in another table under keys of another kind, so the key of one door is nothing at the other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction

from pointclub.foundation import clock
from pointclub.office.models import Session

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=10)


class SessionStore(SessionBase):
    """One session, read and written by its key; what has run out is not there."""

    def exists(self, session_key: str | None) -> bool:
        """Tell whether the key is taken, be it by a session that has ended."""
        return Session.objects.filter(digest=_digest(session_key or "")).exists()

    def load(self) -> dict[str, Any]:
        """Return what the session holds; one that is unknown, ended or run out holds nothing."""
        now = clock.now()
        kept = Session.objects.filter(
            digest=_digest(self.session_key or ""),
            ended_at__isnull=True,
            began_at__gt=now - LONGEST,
            seen_at__gt=now - IDLE,
        ).first()
        if kept is None:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(kept.data)
        return held

    def create(self) -> None:
        """Begin a session under a new key."""
        self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # Django has it.
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's signature.
        """Write the session down; one that was ended meanwhile stays ended."""
        if self.session_key is None:
            self.create()
            return
        now = clock.now()
        data = self.encode(self._get_session(no_load=must_create))  # type: ignore[attr-defined]  # Django has it.
        if must_create:
            try:
                with transaction.atomic():
                    Session.objects.create(digest=_digest(self.session_key), data=data, began_at=now, seen_at=now)
            except IntegrityError as taken:
                raise CreateError from taken
            return
        living = Session.objects.filter(digest=_digest(self.session_key), ended_at__isnull=True)
        if not living.update(data=data, seen_at=now):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """End the session and forget what it held; when it was remains."""
        key = session_key or self.session_key
        if key is not None:
            living = Session.objects.filter(digest=_digest(key), ended_at__isnull=True)
            living.update(data="", ended_at=clock.now())

    @classmethod
    def clear_expired(cls) -> None:
        """End what has run out, so that nothing it held is left lying about."""
        now = clock.now()
        over = Session.objects.filter(ended_at__isnull=True)
        over.filter(seen_at__lte=now - IDLE).update(data="", ended_at=now)
        over.filter(began_at__lte=now - LONGEST).update(data="", ended_at=now)


def _digest(key: str) -> str:
    """Return what the table knows of a key; the word before it keeps digests of other things apart."""
    return hashlib.sha256(f"office session {key}".encode()).hexdigest()
