"""How the portal writes names, dates and points. The formats are translated, so each language has its own."""

import datetime as dt
import re

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse, translate_url
from django.utils import dateformat, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext

from pointclub.foundation.periods import tokyo_day
from pointclub.portal.schemes import scheme_of
from pointclub.program.rules.call_centre import DayOff

register = template.Library()

LONG_FIGURE = 10_000_000
MINUS = "\N{MINUS SIGN}"
_HYPHEN_IN_WORD = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")


@register.simple_tag
def club_name() -> str:
    """Return the club's name in the language of the page."""
    environment = settings.ENVIRONMENT
    name: str = environment.club_name_en if get_language() == "en" else environment.club_name_ja
    return name


@register.simple_tag(takes_context=True)
def chosen_scheme(context: Context) -> str:
    """Return light or dark where this browser's user chose one; a page without a request has what the device has."""
    request = context.get("request")
    return scheme_of(request) if isinstance(request, HttpRequest) else ""


@register.simple_tag
def portal_name() -> str:
    """Return the energy portal's name in the language of the page."""
    environment = settings.ENVIRONMENT
    name: str = environment.portal_name_en if get_language() == "en" else environment.portal_name_ja
    return name


@register.simple_tag
def postal_address() -> str:
    """Return where letters to the club go, in the language of the page."""
    environment = settings.ENVIRONMENT
    address: str = environment.postal_address_en if get_language() == "en" else environment.postal_address_ja
    return address


@register.simple_tag
def call_centre_phone() -> str:
    """Return the number at which members reach the club."""
    phone: str = settings.ENVIRONMENT.call_centre_phone
    return phone


@register.filter
def unbroken(words: object) -> str:
    """Keep "e-mail" and its like in one line of a large heading, which CSS cannot."""
    return _HYPHEN_IN_WORD.sub("\N{NON-BREAKING HYPHEN}", str(words))


@register.simple_tag(takes_context=True)
def other_language_url(context: Context) -> str:
    """Return this page's address in the other language, or that language's front page where there is none."""
    request: HttpRequest | None = context.get("request")
    other = "ja" if get_language() == "en" else "en"
    here = request.get_full_path() if request is not None and request.method == "GET" else "/"
    there = translate_url(here, other)
    return there if there != here else translate_url("/" if other == "en" else "/en/", other)


@register.simple_tag(takes_context=True)
def current(context: Context, name: str, *, exact: bool = False) -> SafeString:
    """Mark a link to this page itself, or to the section that it belongs to, for eyes and screen readers."""
    request: HttpRequest | None = context.get("request")
    here, there = request.path if request is not None else "", reverse(name)
    if here == there:
        return mark_safe(' aria-current="page"')
    if not exact and there != reverse("portal:my_page") and here.startswith(there):
        return mark_safe(' aria-current="true"')
    return SafeString()


@register.filter
def day(value: dt.date) -> str:
    """Write a day in full, with its weekday: 2026年12月31日（木）."""
    # Translators: Django's date format letters; month and weekday names are translated by Django.
    return dateformat.format(value, pgettext("date format: day with weekday", "D, j F Y"))


@register.filter
def full_day(value: dt.date) -> str:
    """Write a day with its year and without its weekday: 2026年12月31日."""
    return dateformat.format(value, pgettext("date format: day", "j F Y"))


@register.filter
def short_day(value: dt.date) -> str:
    """Write a day without its year: 11月21日."""
    return dateformat.format(value, pgettext("date format: day without year", "j F"))


@register.filter
def month_end(value: dt.date) -> str:
    """Write the last day of a month as such: 2026年12月末."""
    return dateformat.format(value, pgettext("date format: end of a month", r"\E\n\d \o\f M Y"))


@register.filter
def hour(value: dt.datetime) -> str:
    """Write an instant by the hour in Japan: 11月21日 9時."""
    return dateformat.format(timezone.localtime(value), pgettext("date format: day and hour", "j F, g a"))


@register.filter
def minute(value: dt.datetime) -> str:
    """Write an instant by the minute in Japan: 11月21日 9時30分."""
    return dateformat.format(timezone.localtime(value), pgettext("date format: day and time", "j F, P"))


@register.filter
def time_of_day(value: dt.datetime) -> str:
    """Write the time in Japan at which something was: 9:05."""
    return dateformat.time_format(timezone.localtime(value), "G:i")


@register.filter
def moment(value: dt.datetime) -> str:
    """Write an instant in full, by the minute in Japan: 2026年11月21日 9時30分."""
    return dateformat.format(timezone.localtime(value), pgettext("date format: day with year and time", "j F Y, P"))


@register.filter
def day_and_hour(value: dt.datetime) -> str:
    """Write an instant of another day by the hour in Japan: 11月24日（火）9時."""
    # Translators: the weekday goes with the day.
    return dateformat.format(timezone.localtime(value), pgettext("date format: weekday and hour", "D, j F, g a"))


@register.filter
def clock(value: dt.time) -> str:
    """Write an hour of the day: 9時."""
    return dateformat.time_format(value, pgettext("time format: hour", "g a"))


@register.filter
def local_day(value: dt.datetime) -> dt.date:
    """Return the day in Japan that an instant falls in."""
    return tokyo_day(value)


@register.filter
def figure(points: int) -> str:
    """Write a number of points: 12,480."""
    return f"{points:,}".replace("-", MINUS)


@register.filter
def is_long(points: int) -> bool:
    """Tell whether a balance needs smaller digits to fit a phone."""
    return points >= LONG_FIGURE


@register.filter
def signed(points: int) -> str:
    """Write a movement of points with its sign: +642, −1,200; nothing moved has none."""
    return f"{points:+,}".replace("-", MINUS) if points else "0"


@register.filter
def amount(points: int) -> str:
    """Write a number of points with its unit: 12,480ポイント."""
    return ngettext("%(points)s point", "%(points)s points", abs(points)) % {"points": figure(points)}


_DAYS_OFF = {
    DayOff.YEAR_END: gettext_lazy("New Year holidays"),
    DayOff.HOLIDAY: gettext_lazy("national holiday"),
    DayOff.WEEKEND: gettext_lazy("weekend"),
}


@register.simple_tag
def japanese() -> SafeString:
    """Mark on a page in another language what has a Japanese name only, so that it is read aloud as it should be."""
    return SafeString() if get_language() == "ja" else mark_safe(' lang="ja"')


@register.filter
def month(value: dt.date) -> str:
    """Write a month: 2026年12月."""
    return dateformat.format(value, pgettext("date format: month", "F Y"))


@register.filter
def weekday(value: dt.date) -> str:
    """Write a day under its month's heading: 12月31日（木）."""
    return dateformat.format(value, pgettext("date format: weekday", "D, j F"))


@register.filter
def day_off_words(reason: DayOff) -> str:
    """Say in words why nobody answers today."""
    return str(_DAYS_OFF[reason])


KINDS = {
    "update": gettext_lazy("Points added"),
    "opening": gettext_lazy("Balance brought over"),
    "redeem": gettext_lazy("Points used"),
    "return": gettext_lazy("Points returned"),
    "lapse": gettext_lazy("Expired"),
    "take_back": gettext_lazy("Taken back after a return or correction"),
    "forfeit": gettext_lazy("Lost with the end of the membership"),
    "restore": gettext_lazy("Restored on rejoining"),
    "extend": gettext_lazy("Validity extended"),
    "adjust": gettext_lazy("Adjusted by the club"),
    "transfer": gettext_lazy("Moved between memberships"),
}


@register.filter
def kind_words(kind: str) -> str:
    """Say in words what an entry of the history is."""
    return str(KINDS[kind])


_LOTS = {
    "ordinary": gettext_lazy("Ordinary points"),
    "special": gettext_lazy("Campaign points"),
    "returned": gettext_lazy("Returned points"),
    "extended": gettext_lazy("Extended points"),
    "restored": gettext_lazy("Restored points"),
    "transferred": gettext_lazy("Transferred points"),
}


@register.filter
def lot_words(kind: str) -> str:
    """Say in words why points have the last day that they have."""
    return str(_LOTS[kind])


_REWARDS = {
    "gift": gettext_lazy("Gift"),
    "bill_payment": gettext_lazy("Payment of an energy bill"),
    "miles": gettext_lazy("Airline miles"),
    "donation": gettext_lazy("Donation"),
}


_CHANNELS = {
    "first_mail": gettext_lazy("First e-mail address"),
    "second_mail": gettext_lazy("Second e-mail address"),
    "club_page": gettext_lazy("On this page"),
    "portal_page": gettext_lazy("On this page"),
    "letter": gettext_lazy("By letter"),
}


@register.filter
def channel_words(channel: str) -> str:
    """Say in words by which way somebody was told."""
    return str(_CHANNELS[channel])


@register.filter
def reward_words(kind: str) -> str:
    """Say in words what points were used for."""
    return str(_REWARDS[kind])
