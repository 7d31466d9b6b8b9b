"""Django's settings. What differs between places comes from `environment`; everything else is said here once."""

import os

import django_stubs_ext
from csp.constants import NONE, SELF

from pointclub.config.environment import read_environment
from pointclub.foundation.postgresql.address import ENGINE, connection_settings

# Makes Django's generic classes, such as `models.Field[str, str]`, generic at run time too.
django_stubs_ext.monkeypatch()

ENVIRONMENT = read_environment(os.environ)

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.trusted_origins)
ROOT_URLCONF = "pointclub.config.urls"
WSGI_APPLICATION = "pointclub.config.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "procrastinate.contrib.django",
    "pointclub.audit",
    "pointclub.people",
    "pointclub.program",
    "pointclub.terms",
    "pointclub.notices",
    "pointclub.runs",
    "pointclub.files",
    "pointclub.points",
    "pointclub.energy",
    "pointclub.merchants",
    "pointclub.membership",
    "pointclub.rewards",
    "pointclub.earning",
    "pointclub.exports",
    "pointclub.portal",
    "pointclub.office",
    # For catalogues alone, as a site of the office's own; it looks for no other module's admin.
    "django.contrib.admin.apps.SimpleAdminConfig",
    # Second factors, passkeys and external IDs; none of its pages exists here. At the end, so that our words go first.
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pointclub.config.doors.SessionDoors",
    "django.middleware.locale.LocaleMiddleware",
    "pointclub.office.language.OfficeLanguage",
    "django.middleware.common.CommonMiddleware",
    "pointclub.config.charsets.Utf8Only",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django_cotton.cotton_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

# Without an address the commands fill in the embedded server's before they connect.
DATABASES = {
    "default": {
        **(connection_settings(ENVIRONMENT.database_url) if ENVIRONMENT.database_url else {"ENGINE": ENGINE}),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
# Tables that are not made: e-mail addresses in the clear, and a second log of acts, which anybody could rewrite.
MIGRATION_MODULES = {"account": None, "admin": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
LOGIN_URL = "portal:sign_in"
LOGIN_REDIRECT_URL = "portal:my_page"
LOGOUT_REDIRECT_URL = "portal:sign_in"
PASSWORD_HASHERS = ["pointclub.people.passwords.PepperedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
BUSINESS_TIME_STARTS_AT = ENVIRONMENT.clock

STATIC_URL = "/static/"
# Served out of the packages as they are: small set-ups then need no collecting.
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
FILE_UPLOAD_HANDLERS = [
    "pointclub.config.uploads.CutOff",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "__Host-session" if ENVIRONMENT.is_production else "pointclub_session"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_production
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
# The staff's door has a cookie of its own, which is sent nowhere else; how long it lasts says `office.sessions`.
OFFICE_SESSION_COOKIE_NAME = "__Secure-office_session" if ENVIRONMENT.is_production else "office_session"
# What is said at one door is not heard at the other.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
MFA_ADAPTER = "pointclub.people.authenticator.EncryptingAdapter"
SOCIALACCOUNT_ADAPTER = "pointclub.portal.external_ids.ExternalIdAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "pointclub.people.external_ids.ExternalIdProvider"}}
# Phones are half a minute early or late.
MFA_TOTP_TOLERANCE = 1
CSRF_FAILURE_VIEW = "pointclub.config.errors.outdated_form"
CSRF_COOKIE_NAME = "__Host-csrf" if ENVIRONMENT.is_production else "pointclub_csrf"
CSRF_COOKIE_SECURE = ENVIRONMENT.is_production
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "pointclub_language"
LANGUAGE_COOKIE_SECURE = ENVIRONMENT.is_production
SECURE_SSL_REDIRECT = ENVIRONMENT.is_production
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if ENVIRONMENT.is_production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.is_production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.is_production else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "pointclub.config.logs.QuietFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["pointclub.jobs.schedule"]
