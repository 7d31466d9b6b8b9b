"""An import by command that is killed midway and started again."""

import datetime as dt
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from pointclub.files import queries as files
from pointclub.foundation.refusals import Refusal

_PATIENCE_SECONDS = 120


class InterruptedImportError(Refusal):
    """The fault could not be staged, or its import did not go on."""

    code = "interrupted_import"


def import_killed_midway(file: Path, *, database_url: str, staff: str, at: dt.datetime) -> int:
    """Import the file by command, kill that without warning, import it again; return how many rows it had done."""
    first = _start(file, database_url=database_url, staff=staff, at=at)
    try:
        done = _wait_until_midway(first, file)
    finally:
        first.kill()
        first.communicate()
    again = _start(file, database_url=database_url, staff=staff, at=at)
    answer, complaint = again.communicate(timeout=_PATIENCE_SECONDS)
    if again.returncode:
        raise InterruptedImportError(f"Started again, the import of {file.name} ended with: {complaint or answer}")
    result = json.loads(answer)
    if result["accepted"] != result["rows"] or result["was_finished_before"]:
        raise InterruptedImportError(f"Started again, the import of {file.name} came to {result}.")
    return done


def _start(file: Path, *, database_url: str, staff: str, at: dt.datetime) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 -- Ourselves.
        [sys.executable, "-m", "pointclub", "import", "purchases", str(file), "--as", staff, "--json"],
        env={**os.environ, "DATABASE_URL": database_url, "POINTCLUB_CLOCK": at.isoformat()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_until_midway(process: subprocess.Popen[str], file: Path) -> int:
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up_at and process.poll() is None:
        state = next((one for one in files.list_imports(limit=1) if one.name == file.name), None)
        if state is not None and 0 < state.rows_done < state.rows:
            return state.rows_done
        time.sleep(0.01)
    raise InterruptedImportError(f"The import of {file.name} was not seen midway.")
