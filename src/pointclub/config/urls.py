"""Addresses of the whole site: Japanese without a prefix, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(
    path("", include("pointclub.portal.urls")),
    prefix_default_language=False,
)

handler400 = "pointclub.portal.errors.bad_request"
handler403 = "pointclub.portal.errors.forbidden"
handler404 = "pointclub.portal.errors.not_found"
handler500 = "pointclub.portal.errors.server_error"
