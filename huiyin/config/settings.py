"""Settings: from the environment only. What a county may vary is in its folder, not here."""

from pathlib import Path

from csp.constants import NONE, SELF

from huiyin.config import env

CLONE = env.CLONE
HUIYIN_HOME = env.home()
HUIYIN_NOW = env.text("HUIYIN_NOW")
HUIYIN_DATA = Path(env.text("HUIYIN_DATA") or CLONE.parent / "shared" / "data")
HUIYIN_COUNTIES = Path(env.text("HUIYIN_COUNTIES") or Path(__file__).resolve().parents[1] / "counties")
HUIYIN_TLS = env.flag("HUIYIN_TLS")  # the server stands behind TLS: secure cookies, HSTS
HUIYIN_PROXIES = int(env.text("HUIYIN_PROXIES", "0"))  # trusted hops that append to X-Forwarded-For
HUIYIN_ROLE_SWITCH = env.text("HUIYIN_DB_ROLE")  # PostgreSQL: web and worker SET ROLE to this (huiyin_app)
HUIYIN_DEVELOPMENT = env.flag("HUIYIN_DEVELOPMENT")
HUIYIN_KEYSTORE = env.text(
    "HUIYIN_KEYSTORE", "huiyin.core.keystore.LocalKeyStore"
)  # a certified cipher module names its class
HUIYIN_BACKUP_HOURS = int(env.text("HUIYIN_BACKUP_HOURS", "26"))  # an older backup is red, and no drill takes it
HUIYIN_SCANNER = env.text("HUIYIN_SCANNER")  # clamd: unix:/run/clamav/clamd.ctl, tcp://127.0.0.1:3310
HUIYIN_SMS_URL = env.text("HUIYIN_SMS_URL")  # smsbox's sendsms of Kannel; without it a clerk enters by hand
HUIYIN_SMS_USER = env.text("HUIYIN_SMS_USER")
HUIYIN_SMS_PASSWORD = env.text("HUIYIN_SMS_PASSWORD")
HUIYIN_SMS_FROM = env.text("HUIYIN_SMS_FROM")
HUIYIN_SMS_BACK = env.text("HUIYIN_SMS_BACK")  # where the gateway reaches us, as http://127.0.0.1:8000
HUIYIN_HOOK_SECRET = env.text("HUIYIN_HOOK_SECRET")
HUIYIN_MAIL_SMTP = env.text("HUIYIN_MAIL_SMTP")  # smtp://user@host:25, smtps://user@host:465
HUIYIN_MAIL_IMAP = env.text("HUIYIN_MAIL_IMAP")  # imap://user@host:143/INBOX, imaps://user@host:993/INBOX
HUIYIN_MAIL_PASSWORD = env.text("HUIYIN_MAIL_PASSWORD")
HUIYIN_MAIL_FROM = env.text("HUIYIN_MAIL_FROM")

SECRET_KEY = env.secret_key(HUIYIN_HOME)
DEBUG = False
ALLOWED_HOSTS = [host for host in env.text("HUIYIN_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HUIYIN_TLS else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "template_partials",
    "django_htmx",
    "csp",
    "huiyin.interfaces.desk",  # before allauth, whose pages it words and dresses
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "huiyin.core",
    "huiyin.channels",
    "huiyin.register",
    "huiyin.casework",
    "huiyin.publication",
    "huiyin.interfaces.common",
    "huiyin.interfaces.public",
    "huiyin.interfaces.api",
    "huiyin.interfaces.hooks",
]

MIDDLEWARE = [
    "huiyin.interfaces.common.middleware.edge",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "huiyin.interfaces.common.middleware.readable",
    "huiyin.interfaces.common.middleware.viewer",
    "huiyin.interfaces.desk.middleware.guard",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "huiyin.config.urls"
WSGI_APPLICATION = "huiyin.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huiyin.interfaces.common.context.house",
            ],
            "builtins": ["huiyin.interfaces.common.templatetags.addresses"],
        },
    }
]

FORM_RENDERER = "huiyin.interfaces.common.widgets.Renderer"

DATABASES = {"default": env.database(env.text("DATABASE_URL"), HUIYIN_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "huiyin.core.account_of.Accounts",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "huiyin.interfaces.common.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "huiyin.interfaces.desk.signin.StaffAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {  # codes of the second factor count by account; axes counts wrong passwords
    "login": "300/m/ip",  # a whole office shares one address
    "login_failed": "10/15m/key",  # axes waits earlier; this one also counts codes
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "huiyin.interfaces.desk.signin.SecondFactorAdapter"
MFA_RECOVERY_CODE_COUNT = 8
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # never by address alone: a whole office shares one
AXES_CLIENT_IP_CALLABLE = "huiyin.interfaces.common.network.client_address"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "huiyin.interfaces.common.pages.locked_out"

SESSION_ENGINE = "huiyin.core.sessions"
SESSION_COOKIE_NAME = "__Host-huiyin" if HUIYIN_TLS else "huiyin"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = HUIYIN_TLS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HUIYIN_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "huiyin.interfaces.common.pages.csrf_failed"
SECURE_HSTS_SECONDS = 31_536_000 if HUIYIN_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HUIYIN_TLS
SECURE_SSL_REDIRECT = False  # the proxy in front does that
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HUIYIN_TLS else None
SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer browsers send `Origin: null` and no form is taken
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "huiyin.interfaces.common.uploads.Bounded",  # first: what is too large is never written down
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # how Django shows times; each county's own zone stands in county.toml
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "huiyin_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATIC_ROOT = HUIYIN_HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31_536_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HUIYIN_HOME / "tmp"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "huiyin.core.logs.LineFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},  # without any a logger writes to stderr all the same
    },
    "root": {"handlers": ["stderr"], "level": env.text("HUIYIN_LOG", "WARNING")},
    "loggers": {
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        "axes": {"level": "ERROR"},
    },
}

TEST_RUNNER = "django.test.runner.DiscoverRunner"
SILENCED_SYSTEM_CHECKS = [
    "models.W040",  # SQLite leaves out what an index includes and counts from the table
    "security.W004",  # HSTS is set with HUIYIN_TLS
    "security.W008",  # the proxy in front redirects
    "axes.W003",  # allauth's backend also authenticates; axes' own backend stands first
]
