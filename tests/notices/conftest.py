"""A mail server on loopback, and people who have addresses."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.harness.mailbox import Mailbox, running_mailbox, sending_to


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """Give a mail server to which the settings send."""
    with running_mailbox() as mailbox:
        settings.ENVIRONMENT = sending_to(mailbox.url)
        yield mailbox
