"""What docs/api/README.md tells a till's developer to type does what it says."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.factories.club import verified
from tests.factories.tills import Shop

README = Path(__file__).parents[2] / "docs" / "api" / "README.md"
MEMBER_NUMBER = "1234-5678-9015"


def commands() -> Iterator[list[str]]:
    for block in re.findall(r"^```sh\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL):
        yield from (shlex.split(command.replace("\\\n", "")) for command in block.split("\n\n"))


@pytest.mark.rule("ACC-2")
def test_its_commands_work_one_after_the_other_as_they_stand(address: str, shop: Shop) -> None:
    answers = []
    for curl, url, *options in commands():
        given = dict(zip(options[1::2], options[::2], strict=True))
        headers = dict(text.split(": ", 1) for text, option in given.items() if option == "-H")
        (body,) = (text for text, option in given.items() if option == "-d")
        assert (curl, headers["Authorization"]) == ("curl", "Bearer $TERMINAL_KEY")
        headers["Authorization"] = f"Bearer {shop.secret}"
        body = body.replace(MEMBER_NUMBER, shop.member.number)
        answers.append(httpx.post(address + urlsplit(url).path, content=body, headers=headers))

    sale, batch, correction, reversal = answers
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
    assert [row["accepted"]["points"] for row in batch.json()["rows"]] == [20, 5]
    assert (correction.json()["points_after"], reversal.json()["points_after"]) == (19, 14)
    (shown,) = re.findall(r"^```json\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    mine = json.loads(shown)
    assert sale.json() == mine | {name: sale.json()[name] for name in ("id", "receipt_number")}
    assert verified() == []
