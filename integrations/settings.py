"""Settings of the project. Every operator's choice is an environment variable (README, Settings)."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from integrations.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env.boolean("DEBUG", False)
# `make run` sets LOCAL: one machine, plain HTTP on loopback, a generated key, sample log-in.
LOCAL = env.boolean("LOCAL", False)


def _secret_key() -> str:
    """The operator's key; only a local installation may make and keep its own."""
    given = env.text("SECRET_KEY")
    if given:
        return given
    if not LOCAL:
        raise ImproperlyConfigured("SECRET_KEY is not set. Give a long random text; `make run` makes one.")
    from integrations.local import kept_secret

    return kept_secret(VAR_DIR / "secret_key")


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
# Keys for credentials at rest, newest first; derived from SECRET_KEY when none is given.
CREDENTIAL_KEYS = env.words("CREDENTIAL_KEYS", [])

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
# Outgoing requests may reach these hosts or networks although they are private; "*" allows all.
ALLOWED_PRIVATE_HOSTS = env.words("ALLOWED_PRIVATE_HOSTS", ["127.0.0.1", "localhost"] if LOCAL else [])

INSTALLED_APPS = [
    "connectors",
    "integrations",
    "flows",
    "integrations.admin_config.SuperuserAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_q",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework.authtoken",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "integrations.urls"
WSGI_APPLICATION = "integrations.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "integrations.context_processors.navigation",
            ],
            "builtins": ["integrations.templatetags.ui"],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", VAR_DIR / "throughline.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "integrations.log_in.counted_name"
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "en"
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# An action may carry 5 MB; a little above it, so that our own message answers, not Django's.
INPUT_LIMIT_BYTES = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DOCUMENT_LIMIT_BYTES = 32 * 1024 * 1024

# Seconds. Their order is enforced by integrations/checks.py: request deadline < task timeout < lease < broker retry.
REQUEST_DEADLINE = env.integer("REQUEST_DEADLINE", 60, minimum=1, maximum=3000)
TASK_BUDGET = env.integer("TASK_BUDGET", 20, minimum=1, maximum=300)
TASK_TIMEOUT = REQUEST_DEADLINE + TASK_BUDGET + 10
LEASE_SECONDS = TASK_TIMEOUT + 10
# Work that has been due this long while no lane has shown life means that the cluster is frozen.
FROZEN_SECONDS = env.integer("FROZEN_SECONDS", 20, minimum=5, maximum=600)
WORKERS = env.integer("WORKERS", 2, minimum=1, maximum=64)

Q_CLUSTER = {
    "name": "throughline",
    "workers": WORKERS,
    "queue_limit": WORKERS,
    "bulk": 1,
    "timeout": TASK_TIMEOUT,
    "retry": max(600, LEASE_SECONDS * 2),
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "save_limit": -1,
    "recycle": 500,
    "max_rss": 400_000,
    "label": "Queue",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default", "broker_class": "flows.broker.Doorbell"}),
}

# Expressions: per step, enforced outside the sandbox process.
EXPRESSION_SECONDS = env.integer("EXPRESSION_SECONDS", 1, minimum=1, maximum=30)
EXPRESSION_WALL_SECONDS = env.integer("EXPRESSION_WALL_SECONDS", 1, minimum=1, maximum=60)
EXPRESSION_MEMORY_MB = env.integer("EXPRESSION_MEMORY_MB", 64, minimum=16, maximum=2048)
EXPRESSION_ALLOW_UNCONFINED = env.boolean("EXPRESSION_ALLOW_UNCONFINED", False)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["integrations.api.renderers.ExactJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["integrations.api.parsers.ExactJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "integrations.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min", "log-in": "20/min"},
    "EXCEPTION_HANDLER": "integrations.api.errors.answer",
    # OPTIONS would tell less than /api/v1/schema/ does.
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline API",
    "DESCRIPTION": "Log in at /api/v1/log-in/, then send the header `Authorization: Token …`. "
    "Numbers keep every digit, both ways.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "TAGS": [
        {"name": name} for name in ("Log-in", "Integrations", "Connectors", "Connections", "Flows", "Runs", "Actions")
    ],
    "ENUM_NAME_OVERRIDES": {
        "RunStatus": "flows.models.Run.Status",
        "ActionStatus": "flows.models.Action.Status",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "integrations.api.schema.add_errors",
        "flows.api.schema.add_flow_file",
    ],
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

HTTPS = env.boolean("HTTPS", not LOCAL)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", 3600 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.boolean("HSTS_SUBDOMAINS", False)
if env.boolean("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING").upper()},
}
