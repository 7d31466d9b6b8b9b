"""The rows that were refused, as a file for people: mended, they can be sent again in a new file (FIL-1)."""

import csv
import os
import tempfile
from pathlib import Path
from uuid import UUID

from pointclub.files.queries import row_errors
from pointclub.files.rules.people import neutralised
from pointclub.files.services.check import CheckedFile


def write_error_file(file_id: UUID, checked: CheckedFile, target: Path) -> int:
    """Write line, code, reason and the original cells of every bad row; return how many there are.

    The file appears whole or not at all, and not where there is no bad row. A spreadsheet shows it as it is.
    """
    rows = checked.data_rows()
    count = 0
    descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:60]}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["line", "code", "reason", *checked.structure.names])
            for error in row_errors(file_id):
                row = next(row for row in rows if row.number == error.row_number)
                cells = [str(error.line), error.code, error.message, *row.record.cells]
                writer.writerow([neutralised(cell) for cell in cells])
                count += 1
        if count:
            Path(draft).replace(target)
    finally:
        Path(draft).unlink(missing_ok=True)
    return count
