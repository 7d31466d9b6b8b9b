"""Addresses of the whole site: members in Japanese without a prefix, in English under /en/; staff under /office/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from pointclub.office.catalogue.urls import site as catalogue

urlpatterns = [
    path("office/catalogue/", catalogue.urls),
    path("office/", include("pointclub.office.urls")),
    *i18n_patterns(path("", include("pointclub.portal.urls")), prefix_default_language=False),
]

handler400 = "pointclub.config.errors.bad_request"
handler403 = "pointclub.config.errors.forbidden"
handler404 = "pointclub.config.errors.not_found"
handler500 = "pointclub.config.errors.server_error"
