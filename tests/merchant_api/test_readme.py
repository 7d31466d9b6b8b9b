"""What the pages of docs/api tell a till's developer to type does what they say, in both languages."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.factories.club import verified
from tests.factories.tills import Shop

FOLDER = Path(__file__).parents[2] / "docs" / "api"
MEMBER_NUMBER = "1234-5678-9015"
NEW_EACH_TIME = ("id", "receipt_number")


def blocks(kind: str, page: str) -> Iterator[str]:
    yield from re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def send(command: str, address: str, shop: Shop) -> httpx.Response:
    curl, url, *options = shlex.split(command.replace("\\\n", ""))
    given = dict(zip(options[1::2], options[::2], strict=True))
    headers = dict(text.split(": ", 1) for text, option in given.items() if option == "-H")
    (body,) = (text for text, option in given.items() if option == "-d")
    assert (curl, headers["Authorization"]) == ("curl", "Bearer $TERMINAL_KEY")
    headers["Authorization"] = f"Bearer {shop.secret}"
    content = body.replace(MEMBER_NUMBER, shop.member.number).encode()
    return httpx.post(address + urlsplit(url).path, content=content, headers=headers)


def comparable(answer: Any) -> Any:
    """Leave of what is new each time only whether it is there."""
    if isinstance(answer, list):
        return [comparable(each) for each in answer]
    if isinstance(answer, dict):
        return {
            name: value is not None if name in NEW_EACH_TIME else comparable(value) for name, value in answer.items()
        }
    return answer


@pytest.mark.rule("ACC-2")
@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_commands_work_one_after_the_other_and_are_answered_as_shown(address: str, shop: Shop, name: str) -> None:
    page = (FOLDER / name).read_text(encoding="utf-8")

    answers = [send(command, address, shop) for command in blocks("sh", page)]

    assert [answer.status_code for answer in answers] == [201, 422, 200, 200, 200, 202]
    shown = [json.loads(block) for block in blocks("json", page)]
    assert [comparable(answer.json()) for answer in answers] == comparable(shown)
    assert verified() == []
