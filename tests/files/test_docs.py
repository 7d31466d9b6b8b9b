from pathlib import Path

import pytest

from pointclub.files.rules.described import described
from pointclub.files.rules.feeds import FEEDS
from pointclub.files.rules.schema import Feed

PAGE = Path(__file__).parents[2] / "docs" / "files.md"


@pytest.mark.rule("FIL-1")
@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_page_describes_the_feed_as_the_code_does(feed: Feed) -> None:
    assert described(feed) in PAGE.read_text(encoding="utf-8")
