"""Addresses of the whole site: members in Japanese without a prefix, in English under /en/; staff under /office/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from pointclub.office.catalogue.urls import site as catalogue
from pointclub.portal.external_ids import called_back

urlpatterns = [
    path("office/catalogue/", catalogue.urls),
    path("office/", include("pointclub.office.urls")),
    *i18n_patterns(
        path("", include("pointclub.portal.urls")),
        # Under the name by which the library finds it; the provider has to know it in both languages.
        path("external/<slug:provider_id>/callback/", called_back, name="openid_connect_callback"),
        prefix_default_language=False,
    ),
]

handler400 = "pointclub.config.errors.bad_request"
handler403 = "pointclub.config.errors.forbidden"
handler404 = "pointclub.config.errors.not_found"
handler500 = "pointclub.config.errors.server_error"
