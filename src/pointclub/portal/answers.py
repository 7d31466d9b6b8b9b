"""What members ask about points, answered by the rules in force (docs/rules.md)."""

import dataclasses
import datetime as dt

from django.utils.translation import gettext, ngettext

from pointclub.points.rules.expiry import usable_through
from pointclub.portal.templatetags.portal import day
from pointclub.program.models import ProgramVersion

_MONTHS_A_YEAR = 12


@dataclasses.dataclass(frozen=True)
class Answer:
    """A question and its answer, in the language of the page."""

    question: str
    text: str


@dataclasses.dataclass(frozen=True)
class Answers:
    """Answers on one subject."""

    title: str
    answers: tuple[Answer, ...]


def answer_all(version: ProgramVersion, *, on: dt.date) -> tuple[Answers, ...]:
    """Return all answers; figures come from the program's version in force that day."""
    return (
        Answers(gettext("Earning"), _on_earning(version)),
        Answers(gettext("Expiry"), _on_expiry(version, on=on)),
        Answers(gettext("Using"), _on_using(version)),
        Answers(gettext("Membership"), _on_membership()),
    )


def _on_earning(version: ProgramVersion) -> tuple[Answer, ...]:
    """Tell of ACC-5, ACC-7 to ACC-9."""
    return (
        Answer(
            gettext("When are points added?"),
            gettext(
                "Points of a purchase or an energy bill are first shown as not yet in your balance. "
                "The balance update runs every night at 1 a.m., and from then on you can use them."
            ),
        ),
        Answer(
            gettext("The points on my receipt are wrong. What can I do?"),
            ngettext(
                "Please take the point receipt to the shop, which can correct it within %(days)s day of the sale. "
                "After that, please call us. Your history keeps what was added first and what was corrected.",
                "Please take the point receipt to the shop, which can correct it within %(days)s days of the sale. "
                "After that, please call us. Your history keeps what was added first and what was corrected.",
                version.correction_window_days,
            )
            % {"days": version.correction_window_days},
        ),
        Answer(
            gettext("What happens to the points when I return a purchase?"),
            gettext(
                "They are taken back. If you have used them already, your balance goes below zero, "
                "and points added from then on make up for that first."
            ),
        ),
    )


def _on_expiry(version: ProgramVersion, *, on: dt.date) -> tuple[Answer, ...]:
    """Tell of EXP-1 to EXP-6."""
    validity = version.validity_months
    return (
        Answer(
            gettext("How long can I use my points?"),
            gettext(
                "For %(long)s from the balance update, and on until the end of that month: points added on %(added)s "
                "can be used through %(through)s. Points from some campaigns have a last day of their own."
            )
            % {"long": _in_words(validity), "added": day(on), "through": day(usable_through(on, months=validity))},
        ),
        Answer(
            gettext("Which points are used first?"),
            gettext("Those that expire first. You need not choose."),
        ),
        Answer(
            gettext("What happens after the last day?"),
            gettext(
                "You can use the points until the end of that day in Japan. After it they expire, "
                "and your history shows them as expired."
            ),
        ),
        Answer(
            gettext("Where do I see what expires when?"),
            gettext("Once you have signed in, “Points and expiry” shows how many points expire on which day."),
        ),
    )


def _on_using(version: ProgramVersion) -> tuple[Answer, ...]:
    """Tell of RED-1, RED-7, RED-8, BAL-2 and BAL-3."""
    return (
        Answer(
            gettext("Who of my family can use the points?"),
            gettext("Only the primary member can. What family members earn goes into the primary member's balance."),
        ),
        Answer(
            gettext("Can I cancel an application for a reward?"),
            gettext(
                "No, not once it has been accepted. If we cannot deliver the reward, its points come back with their "
                "old last day; if it has passed, they can be used until the end of the month that comes %(long)s later."
            )
            % {"long": _in_words(version.return_validity_months)},
        ),
        Answer(
            gettext("Can I lend points or give them to somebody?"),
            gettext(
                "No. Points are neither lent nor transferred. For exceptions such as an inheritance, please call us."
            ),
        ),
        Answer(
            gettext("Can a shop tell me my balance?"),
            gettext("No. Shops do not know your balance; only the primary member sees it, here on my page."),
        ),
    )


def _on_membership() -> tuple[Answer, ...]:
    """Tell of END-5 and END-6."""
    return (
        Answer(
            gettext("What happens to my points when I leave the club?"),
            gettext(
                "They are lost on the day on which your membership ends. If you become a primary member again, those "
                "whose last day has not passed come back, once, unless the membership had been revoked."
            ),
        ),
    )


def _in_words(months: int) -> str:
    """Write a time in years where it comes to whole ones."""
    years, rest = divmod(months, _MONTHS_A_YEAR)
    if years and not rest:
        return ngettext("%(number)s year", "%(number)s years", years) % {"number": years}
    return ngettext("%(number)s month", "%(number)s months", months) % {"number": months}
