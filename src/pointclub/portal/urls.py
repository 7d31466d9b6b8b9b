"""Addresses of the member's site."""

import datetime as dt

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from pointclub.portal import document_views as documents
from pointclub.portal import mailbox_views as mailbox
from pointclub.portal import notices_views as notices
from pointclub.portal import points_views as points
from pointclub.portal import views
from pointclub.terms.rules.documents import Document


class DayConverter:
    """A day in an address: 2026-12-31."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:
        """Read it; what names no day is no address either."""
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        """Write it."""
        return value.isoformat()


class NumberConverter(StringConverter):
    """The number of a receipt or an application, as printed or nearly so: other signs never reach the database."""

    regex = "[0-9A-Za-z-]{1,40}"


class DocumentConverter:
    """A document in an address; what is called otherwise is no address."""

    regex = "|".join(Document)

    def to_python(self, value: str) -> Document:
        """Read it."""
        return Document(value)

    def to_url(self, value: Document) -> str:
        """Write it."""
        return str(value)


class TokenConverter(StringConverter):
    """A sealed word out of a mail."""

    regex = "[0-9A-Za-z]{1,64}"


register_converter(DayConverter, "day")
register_converter(DocumentConverter, "document")
register_converter(NumberConverter, "number")
register_converter(TokenConverter, "token")

app_name = "portal"
urlpatterns = [
    path("", points.my_page, name="my_page"),
    path("points/", points.overview, name="points"),
    path("points/history/", points.history, name="history"),
    path("points/history.csv", points.history_csv, name="history_csv"),
    path("points/expiry/<day:day>/", points.expiry_day, name="expiry_day"),
    path("points/receipts/<number:number>/", points.receipt, name="receipt"),
    path("points/rewards/<number:number>/<int:position>/", points.reward, name="reward"),
    path("notices/", notices.inbox, name="notices"),
    path("notices/mail-arrives-again/", notices.mail_arrives_again, name="mail_arrives_again"),
    path("notices/<uuid:notice_id>/", notices.notice, name="notice"),
    path("announcements/", notices.announcements, name="announcements"),
    path("demo-mail/", mailbox.demo_mails, name="demo_mails"),
    path("demo-mail/<token:key>/", mailbox.demo_mail, name="demo_mail"),
    path("stop-advertising/<token:token>/", notices.stop_advertising, name="stop_advertising"),
    path("menu/", views.menu, name="menu"),
    path("help/", views.help_and_contact, name="help"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<document:document>/", documents.document, name="document"),
    path("documents/<document:document>/<day:version>/", documents.document_version, name="document_version"),
    path("agreements/", documents.agreements, name="agreements"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
