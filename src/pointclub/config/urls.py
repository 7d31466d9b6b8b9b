"""Addresses of the whole site: Japanese without a prefix, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(
    path("", include("pointclub.portal.urls")),
    prefix_default_language=False,
)
