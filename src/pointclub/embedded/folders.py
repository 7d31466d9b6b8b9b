"""Making folders without touching those that are there."""

from pathlib import Path


def make_folders(folder: Path, *, mode: int) -> None:
    """Make a folder and those missing above it with exactly this mode, whatever the umask takes away."""
    if folder.exists():
        return
    make_folders(folder.parent, mode=0o755)
    try:
        folder.mkdir()
    except FileExistsError:  # Made by another process meanwhile.
        return
    folder.chmod(mode)
