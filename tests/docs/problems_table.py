"""The problem tables of docs/api: `python -m tests.docs.problems_table` writes them from docs/api/problems.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pointclub.merchant_api.problem_codes import PROBLEMS
from tests.docs.rules_table import CHECKOUT

Language = Literal["en", "ja"]

FOLDER = CHECKOUT / "docs" / "api"
DATA = FOLDER / "problems.toml"
PAGES: dict[Language, Path] = {"en": FOLDER / "README.md", "ja": FOLDER / "README.ja.md"}

BEGINS: dict[Language, str] = {
    "en": "<!-- Written by make problems, from here … -->",
    "ja": "<!-- ここから make problems が書き込みます -->",
}
ENDS: dict[Language, str] = {"en": "<!-- … to here. -->", "ja": "<!-- ここまで -->"}


@dataclass(frozen=True, slots=True)
class ToDo:
    """What a merchant's system does, in both languages, and the problems after which it does."""

    en: str
    ja: str
    codes: tuple[str, ...]


def read_to_dos(data: Path = DATA) -> list[ToDo]:
    """Return what can be done, each with its problems."""
    entries = tomllib.loads(data.read_text(encoding="utf-8"))["do"]
    return [ToDo(entry["en"], entry["ja"], tuple(entry["codes"])) for entry in entries]


def table(language: Language, to_dos: Sequence[ToDo]) -> str:
    """Return the table of all problems, as the interface has them."""
    done = {code: to_do for to_do in to_dos for code in to_do.codes}
    if language == "en":
        rows = ["| status | code | title | what to do |", "|---|---|---|---|"]
        rows += [f"| {each.status} | `{code}` | {each.en.title} | {done[code].en} |" for code, each in PROBLEMS.items()]
    else:
        rows = ["| ステータス | コード | タイトル | 英語のタイトル | 対応 |", "|---|---|---|---|---|"]
        rows += [
            f"| {each.status} | `{code}` | {each.ja.title} | {each.en.title} | {done[code].ja} |"
            for code, each in PROBLEMS.items()
        ]
    return "\n".join(rows)


def with_table(language: Language, page: str, to_dos: Sequence[ToDo]) -> str:
    """Return the page with its table written anew."""
    before, _, rest = page.partition(BEGINS[language])
    _, end, after = rest.partition(ENDS[language])
    assert end, "The page has lost the lines between which the table stands."
    return f"{before}{BEGINS[language]}\n\n{table(language, to_dos)}\n\n{end}{after}"


def main() -> None:
    """Write both tables."""
    to_dos = read_to_dos()
    for language, page in PAGES.items():
        page.write_text(with_table(language, page.read_text(encoding="utf-8"), to_dos), encoding="utf-8")


if __name__ == "__main__":
    main()
