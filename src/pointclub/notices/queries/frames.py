"""What stands around the text of every mail: who sends it, why, and how to stop it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from pointclub.notices.queries.texts import Text, compose, frame, names
from pointclub.notices.rules import wording
from pointclub.notices.rules.kinds import Kind, Topic
from pointclub.notices.rules.words import Words


@dataclass(frozen=True, slots=True)
class MailPreview:
    """A mail as it is received where no HTML is shown."""

    sender: str
    subject: str
    body: str


def frame_of(text: Text, *, topic: Topic | None, language: str, stop: str) -> dict[str, object]:
    """Return all that a mail shows; ``stop`` is the link that stops advertising, or nothing."""
    environment, said = settings.ENVIRONMENT, names(language)
    is_japanese = language == "ja"
    return {
        **said,
        "subject": text.subject,
        "paragraphs": text.paragraphs,
        "language": language,
        "why": wording.why(topic, language=language, club=str(said["club"]), portal=str(said["portal"])),
        "never": wording.never(language=language),
        "unsubscribe": stop,
        "postal_address": environment.postal_address_ja if is_japanese else environment.postal_address_en,
        "phone": environment.call_centre_phone,
        "help": f"{environment.public_url}{_prefix(language)}/help/",
    }


def stop_link(token: str, *, language: str) -> str:
    """Return the link by which the receiver of a mail stops advertising."""
    return f"{settings.ENVIRONMENT.public_url}{_prefix(language)}/stop-advertising/{token}/"


def preview_of_advertising(words: Words, *, language: str) -> MailPreview:
    """Return advertising as everybody is sent it, each with a word of their own in the link."""
    text = compose(Kind.ADVERTISING, {"subject": words.title, "text": words.text}, language=language)
    context = frame_of(text, topic=Topic.ADVERTISING, language=language, stop=stop_link("…", language=language))
    sender = f"{context['club']} <{settings.ENVIRONMENT.mail_sender}>"
    return MailPreview(sender, text.subject, frame("frame.txt", context).strip())


def _prefix(language: str) -> str:
    return "" if language == "ja" else "/en"
