"""The web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")
os.environ.setdefault("HUIYIN_DB_ROLE", "huiyin_app")  # PostgreSQL: web owns nothing
application = get_wsgi_application()
