"""Files as other systems would send them to the made-up club."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence

from pointclub.files import services as files
from pointclub.files.rules.schema import Feed


def file_of(
    feed: Feed, rows: Sequence[Sequence[object]], *, sender: str, on: dt.date, sums: Iterable[int] = ()
) -> files.IncomingFile:
    """Return the sender's first file, with these rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("#HEADER", feed.name, feed.version, sender, 1, on))
    writer.writerow([column.name for column in feed.columns])
    writer.writerows(rows)
    writer.writerow(("#TRAILER", len(rows), *sums))
    return files.IncomingFile(io.BytesIO(text.getvalue().encode()), f"{feed.name}.csv")
