"""The parts, in the order in which they run. Each stands in a module of its own, imported when it is its turn."""

from __future__ import annotations

import importlib

from benchmarks.bench import Part

PARTS = {
    "yardstick": ("yardstick", "Yardstick"),
    "accruals": ("accruals", "Accruals"),
    "batches": ("accruals", "Batches"),
    "redemption": ("redemption", "Redemption"),
    "reading": ("reading", "Reading"),
    "update": ("update", "Update"),
    "lapse": ("lapse", "Lapse"),
    "verify": ("verify", "Verify"),
    "file_import": ("file_import", "FileImport"),
    "site": ("site", "Site"),
}


def load(name: str) -> Part:
    """Return the part of that name."""
    module, kind = PARTS[name]
    part: Part = getattr(importlib.import_module(f"benchmarks.parts.{module}"), kind)()
    return part
