"""The commands of `pointclub ledger` that need no database: members and auditors run them where there is none."""

import os

from pointclub.config.environment import read_environment
from pointclub.jobs import output
from pointclub.jobs.commands.arguments import AsJson
from pointclub.points.rules import signing


def root_key(*, json: AsJson = False) -> None:
    """Print the key to publish, by which anybody can check a root and a proof."""
    key = signing.public_key_of(read_environment(os.environ).root_signing_key)
    output.emit({"public_key": signing.in_base64(key), "key_id": signing.key_id(key)}, json=json)
