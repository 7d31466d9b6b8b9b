"""Words and figures as a notice says them, in Japanese and English."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation.periods import TOKYO
from pointclub.notices.rules.kinds import Change, Topic

_CHANGES: dict[Change, tuple[str, str]] = {
    Change.MAIL_CHANGED: ("メールアドレス1の変更", "Your first e-mail address was changed"),
    Change.SECOND_MAIL_CHANGED: ("メールアドレス2の変更", "Your second e-mail address was changed"),
    Change.MAIL_CHANGE_ASKED: (
        "メールアドレス1の変更の受付（新しいアドレスの確認が済むまで、変更されません）",
        "A change of your first e-mail address was requested; it takes effect once the new address is confirmed",
    ),
    Change.SECOND_MAIL_CHANGE_ASKED: (
        "メールアドレス2の変更の受付（新しいアドレスの確認が済むまで、変更されません）",
        "A change of your second e-mail address was requested; it takes effect once the new address is confirmed",
    ),
    Change.KEYWORD_CHANGED: ("本人確認用キーワードの変更", "Your identity keyword was changed"),
    Change.PHONE_CHANGED: ("電話番号の変更", "Your telephone number was changed"),
    Change.ADDRESS_CHANGED: ("住所の変更", "Your postal address was changed"),
    Change.PASSWORD_CHANGED: ("パスワードの変更", "Your password was changed"),
    Change.LOGIN_ID_CHANGED: ("ログインIDの変更", "Your login ID was changed"),
    Change.PASSKEY_ADDED: ("パスキーの追加", "A passkey was added"),
    Change.PASSKEY_REMOVED: ("パスキーの削除", "A passkey was removed"),
    Change.TOTP_ON: ("認証アプリの登録", "An authenticator app was set up"),
    Change.TOTP_OFF: ("認証アプリの解除", "The authenticator app was turned off"),
    Change.RECOVERY_CODES_MADE: ("予備コードの発行", "New recovery codes were made"),
    Change.EXTERNAL_ID_LINKED: ("外部IDとの連携", "An external ID was linked"),
    Change.EXTERNAL_ID_UNLINKED: ("外部IDとの連携の解除", "An external ID was unlinked"),
    Change.THEFT_REPORTED: (
        "不正利用のお申し出によるすべてのログインの終了",
        "Misuse was reported, and all sessions were ended",
    ),
}
_WHY: dict[Topic | None, tuple[str, str]] = {
    None: (
        "このメールは送信専用です。ご返信いただいてもお答えできません。",
        "Replies to this mail are not read.",
    ),
    Topic.SERVICE: (
        "このメールは、{portal}にこのメールアドレスを登録された方への大切なお知らせです。送信専用のため、ご返信いただいてもお答えできません。",
        "You receive this because this e-mail address is registered with {portal}. Replies to this mail are not read.",
    ),
    Topic.ADVERTISING: (
        "このメールは、{club}からの広告メールの受信に同意された方にお送りしています。送信専用のため、ご返信いただいてもお答えできません。",
        "You receive this advertising because you agreed to it at {club}. Replies to this mail are not read.",
    ),
}
_NEVER = (
    "当クラブからメールや電話でパスワードをお尋ねすることはありません。",
    "We never ask for your password, by mail or by telephone.",
)


def change_in_words(change: Change, *, language: str) -> str:
    """Return what was changed."""
    return _chosen(_CHANGES[change], language)


def why(topic: Topic | None, *, language: str, club: str, portal: str) -> str:
    """Return why somebody receives such a mail; one without a topic says so itself."""
    return _chosen(_WHY[topic], language).format(club=club, portal=portal)


def never(*, language: str) -> str:
    """Return what we never ask for."""
    return _chosen(_NEVER, language)


def day_in_words(day: dt.date, *, language: str) -> str:
    """Return 2026年4月30日, or 30 April 2026."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def duration_in_words(minutes: int, *, language: str) -> str:
    """Return 30分間 or 30 minutes; whole hours are said as such."""
    number, is_hours = (minutes // 60, True) if minutes and minutes % 60 == 0 else (minutes, False)
    if language == "ja":
        return f"{number}{'時間' if is_hours else '分間'}"
    return f"{number} {'hour' if is_hours else 'minute'}{'' if number == 1 else 's'}"


def instant_in_words(at: dt.datetime, *, language: str) -> str:
    """Return the instant as clocks in Japan show it."""
    here = at.astimezone(TOKYO)
    day = day_in_words(here.date(), language=language)
    return f"{day} {here:%H:%M}（日本時間）" if language == "ja" else f"{day}, {here:%H:%M} (Japan time)"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _chosen(words: tuple[str, str], language: str) -> str:
    japanese, english = words
    return japanese if language == "ja" else english
