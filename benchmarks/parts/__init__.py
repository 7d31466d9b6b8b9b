"""The parts, in the order in which they run. Each stands in a module of its own, imported when it is its turn."""

from __future__ import annotations

import importlib

from benchmarks.bench import Part

PARTS = {
    "yardstick": "Yardstick",
    "redemption": "Redemption",
    "reading": "Reading",
    "update": "Update",
    "lapse": "Lapse",
    "verify": "Verify",
    "file_import": "FileImport",
    "site": "Site",
}


def load(name: str) -> Part:
    """Return the part of that name."""
    part: Part = getattr(importlib.import_module(f"benchmarks.parts.{name}"), PARTS[name])()
    return part
