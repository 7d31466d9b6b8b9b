"""Addresses of the member's site."""

import datetime as dt

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from pointclub.portal import account_views as account
from pointclub.portal import app_code_views as app_codes
from pointclub.portal import document_views as documents
from pointclub.portal import external_ids, views
from pointclub.portal import mailbox_views as mailbox
from pointclub.portal import notices_views as notices
from pointclub.portal import old_points_views as old_points
from pointclub.portal import passkey_views as passkeys
from pointclub.portal import points_views as points
from pointclub.portal import recovery_views as recovery
from pointclub.portal import sign_in_views as sign_in
from pointclub.portal.details import views as details
from pointclub.portal.registration import doors, form_views, proof_views
from pointclub.portal.registration import joining_views as joining
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


class SecretConverter(StringConverter):
    """The secret of a mailed link."""

    regex = "[0-9A-Za-z_-]{43}"


class ProofConverter(StringConverter):
    """What a mailed link shows to prove an address."""

    regex = "[0-9A-Za-z_:.=-]{20,400}"


class PostalCodeConverter(StringConverter):
    """Seven digits."""

    regex = "[0-9]{7}"


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
register_converter(SecretConverter, "secret")
register_converter(TokenConverter, "token")
register_converter(ProofConverter, "proof")
register_converter(PostalCodeConverter, "postal_code")

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
    path("register/", doors.doors, name="register"),
    path("register/contract/", doors.contract, name="register_contract"),
    path("register/details/", form_views.details, name="register_details"),
    path("register/towns/<postal_code:code>/", form_views.towns, name="register_towns"),
    path("register/check/", form_views.check, name="register_check"),
    path("register/done/", form_views.done, name="register_done"),
    path("register/proof/again/", proof_views.again, name="prove_address_again"),
    path("register/proof/<proof:token>/", proof_views.proof, name="prove_address"),
    path("join/", joining.enter, name="join"),
    path("join/check/", joining.check, name="join_check"),
    path("join/done/", joining.done, name="join_done"),
    path("old-points/", old_points.old_points, name="old_points"),
    path("details/", details.overview, name="details"),
    path("details/<slug:group>/", details.change, name="change_detail"),
    path("account/", account.overview, name="account"),
    path("account/end/<uuid:sign_in_id>/", account.end_stay, name="end_stay"),
    path("account/end-others/", account.end_others, name="end_others"),
    path("account/forget/<uuid:device_id>/", account.forget_browser, name="forget_browser"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/login-id/", account.change_login_id, name="change_login_id"),
    path("account/theft/", recovery.theft, name="theft"),
    path("recover/", recovery.recover, name="recover"),
    path("recover/sent/", recovery.sent, name="recover_sent"),
    path("recover/<secret:secret>/", recovery.renew, name="renew"),
    path("account/proof/", account.prove, name="prove"),
    path("account/proof/passkey/", passkeys.prove, name="prove_by_passkey"),
    path("account/app/", app_codes.set_up, name="set_up_app"),
    path("account/app/off/", app_codes.give_up, name="give_up_app"),
    path("account/app/codes/", app_codes.renew_codes, name="renew_recovery_codes"),
    path("account/external-id/", external_ids.link, name="link_external_id"),
    path("account/external-id/unlink/", external_ids.unlink, name="unlink_external_id"),
    path("account/passkeys/", passkeys.add, name="add_passkey"),
    path("account/passkeys/asked/", passkeys.ask_to_add, name="ask_for_new_passkey"),
    path("account/passkeys/<int:number>/remove/", passkeys.remove, name="remove_passkey"),
    path("sign-in/passkey/", passkeys.sign_in, name="sign_in_by_passkey"),
    path("sign-in/passkey/asked/", passkeys.ask_to_sign_in, name="ask_for_passkey"),
    path("sign-in/external-id/", external_ids.sign_in, name="sign_in_by_external_id"),
    path("sign-in/", sign_in.password, name="sign_in"),
    path("sign-in/code/", sign_in.code, name="sign_in_code"),
    path("sign-in/code/again/", sign_in.code_again, name="sign_in_code_again"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<document:document>/", documents.document, name="document"),
    path("documents/<document:document>/<day:version>/", documents.document_version, name="document_version"),
    path("agreements/", documents.agreements, name="agreements"),
]
