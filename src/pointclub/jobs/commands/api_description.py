"""`pointclub api-description`: the merchants' interface as OpenAPI describes it, for docs/api/openapi.json."""

import subprocess
import sys


def api_description() -> None:
    """Write the description of the merchants' interface."""
    # One entrance does not import another, so its process is asked.
    raise SystemExit(subprocess.call([sys.executable, "-m", "pointclub.merchant_api", "describe"]))
