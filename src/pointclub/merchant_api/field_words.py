"""What is wrong with a field, in both languages: the decoder's own words are English, and change with its version."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pointclub.merchant_api.problems import TwoTongues

NOT_JSON_NUMBER = TwoTongues(
    "NaNやInfinityは数値として扱えません。整数で指定してください。",
    "NaN and Infinity are no numbers here. A whole number is expected.",
)
TWICE = TwoTongues("同じ名前が二回指定されています。", "This name is given twice.")
NOT_A_LINE = TwoTongues(
    "表示できる文字だけで指定してください(改行や制御文字は使えません)。",
    "Only characters that can be shown are taken: no line breaks, no control characters.",
)
YEAR_OUT_OF_RANGE = TwoTongues("2000年から2199年までの日時を指定してください。", "The year must be from 2000 to 2199.")
PRICE_OR_POINTS = TwoTongues(
    "price_yenとpointsのどちらかを指定してください。", "Either price_yen or points is required."
)
PRICE_XOR_POINTS = TwoTongues(
    "price_yenとpointsは、どちらか一方だけを指定してください。", "Give either price_yen or points, not both."
)
NOT_WITH_POINTS = TwoTongues(
    "pointsを指定するときは、この項目は指定できません。", "This cannot be given together with points."
)

_TELL = Callable[[re.Match[str]], tuple[str, str]]
_WORDS: Sequence[tuple[re.Pattern[str], _TELL]] = [
    (re.compile(r"Object missing required field"), lambda _: ("必須の項目です。", "This field is required.")),
    (re.compile(r"Object contains unknown field"), lambda _: ("この項目はありません。", "There is no such field.")),
    (
        re.compile(r"Expected `int` >= (-?\d+)"),
        lambda found: (f"{found[1]}以上の整数で指定してください。", f"The number must be {found[1]} or more."),
    ),
    (
        re.compile(r"Expected `int` <= (-?\d+)"),
        lambda found: (
            f"{int(found[1]):,}以下の整数で指定してください。",
            f"The number must be {int(found[1]):,} or less.",
        ),
    ),
    (
        re.compile(r"Expected `int`"),
        lambda _: (
            "整数を、引用符・小数点・指数を付けずに指定してください。",
            "A whole number is expected, without quotes, decimal point or exponent.",
        ),
    ),
    (re.compile(r"Integer value out of range"), lambda _: ("数値が大きすぎます。", "The number is too large.")),
    (
        re.compile(r"Expected `str` of length (?:>=|<=|==) (\d+)"),
        lambda _: ("文字数が範囲外です。", "It is too short or too long."),
    ),
    (re.compile(r"Expected `str`"), lambda _: ("文字列で指定してください。", "A string is expected.")),
    (
        re.compile(r"Expected `array` of length"),
        lambda _: ("1件から1,000件までで指定してください。", "From 1 to 1,000 rows are taken."),
    ),
    (re.compile(r"Expected `array`"), lambda _: ("配列で指定してください。", "An array is expected.")),
    (re.compile(r"Expected `object`"), lambda _: ("オブジェクトで指定してください。", "An object is expected.")),
    (
        re.compile(r"Expected `datetime`|Invalid RFC3339"),
        lambda _: (
            "日時は、時差を付けて2026-04-01T12:00:00+09:00の形で指定してください。",
            "An instant with its offset is expected, such as 2026-04-01T12:00:00+09:00.",
        ),
    ),
]
_OTHERWISE = TwoTongues("この値は使えません。", "This value cannot be taken.")


def tell_field(message: str) -> TwoTongues:
    """Return what the decoder complains of."""
    for pattern, tell in _WORDS:
        if found := pattern.match(message):
            return TwoTongues(*tell(found))
    return _OTHERWISE
