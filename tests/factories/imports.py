"""Imports of purchases as tests start them."""

import datetime as dt
import io
from pathlib import Path

import pytest

from pointclub.earning import services as earning
from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.foundation.refusals import Refusal
from pointclub.merchants.models import Merchant
from tests.factories.club import STAFF, jst
from tests.factories.feed_files import FeedFile

RECEIVED = jst("2026-05-02 10:00")
NO_MEMBER = "900000000000"


def take_in(
    content: bytes,
    *,
    at: dt.datetime = RECEIVED,
    errors_to: Path | None = None,
    accepts_gap: bool = False,
) -> files_queries.ImportState:
    incoming = files.IncomingFile(io.BytesIO(content), "shop.csv", errors_to, accepts_gap)
    *_, last = earning.import_purchases(incoming, at=at, actor=STAFF)
    return files_queries.get_import(last.file_id)


def refusal(content: bytes, *, at: dt.datetime = RECEIVED) -> Refusal:
    with pytest.raises(Refusal) as found:
        take_in(content, at=at)
    return found.value


def file_of(shop: Merchant, *rows: tuple[str, ...], sequence_number: int = 1) -> FeedFile:
    return FeedFile(shop.number, rows, sequence_number)
