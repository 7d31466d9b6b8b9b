"""How the portal tells of sign-ins."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from pointclub.foundation import clock
from pointclub.people.passwords import password_reminders_due
from pointclub.people.rules.signing_in import EndedHow, Means
from pointclub.portal import held

register = template.Library()

_MEANS = {
    Means.PASSWORD: gettext_lazy("Password"),
    Means.MAILED_CODE: gettext_lazy("Password and mailed code"),
    Means.APP_CODE: gettext_lazy("Password and authenticator app"),
    Means.RECOVERY_CODE: gettext_lazy("Password and recovery code"),
    Means.PASSKEY: gettext_lazy("Passkey"),
    Means.EXTERNAL_ID: gettext_lazy("External ID"),
    Means.REGISTRATION: gettext_lazy("Registration"),
    Means.NEW_PASSWORD: gettext_lazy("New password"),
}
_ENDED = {
    EndedHow.LEFT: gettext_lazy("Signed out"),
    EndedHow.ENDED_BY_OWNER: gettext_lazy("Ended by you"),
    EndedHow.PASSWORD_CHANGED: gettext_lazy("Ended by the change of the password"),
    EndedHow.THEFT: gettext_lazy("Ended because a theft was reported"),
}


@register.simple_tag
def external_id_name() -> str:
    """Return what members call the provider's ID, or nothing where none is set up."""
    environment = settings.ENVIRONMENT
    name: str = environment.external_id_name if environment.external_id_issuer else ""
    return name


@register.simple_tag
def has_demo_mailbox() -> bool:
    """Tell whether mail goes to the demo's mailbox, which has a page here."""
    return settings.ENVIRONMENT.mailbox_folder is not None


@register.simple_tag(takes_context=True)
def has_old_password(context: template.RequestContext) -> bool:
    """Tell whether whoever is in is to be reminded of their password (MEM-6)."""
    user = context["request"].user
    return user.is_authenticated and password_reminders_due(user, at=clock.now()) > 0


@register.simple_tag(takes_context=True)
def shown_to(context: template.RequestContext) -> SafeString:
    """Let a form say whom it was shown to: what is typed waits for nobody else where the stay ends meanwhile."""
    mark = held.mark_of(context["request"].user)
    return format_html('<input type="hidden" name="{}" value="{}">', held.SHOWN_TO, mark)


@register.filter
def means_words(means: str) -> str:
    """Say how somebody came in."""
    return str(_MEANS[Means(means)])


@register.filter
def ended_words(how: str) -> str:
    """Say how a stay ended."""
    return str(_ENDED[EndedHow(how)])
