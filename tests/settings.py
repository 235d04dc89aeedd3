"""Settings of the test run: those of the project, with an environment of its own."""

import atexit
import os
import shutil
import tempfile

if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="throughline-tests-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("LOCAL", "true")

from integrations.settings import *  # noqa: F403
from integrations.settings import DATABASES, VAR_DIR

# A file, because an SQLite database in memory locks otherwise than the one people run; and a name
# of its own for each run, so that two people can test against one PostgreSQL server.
_engine = DATABASES["default"]["ENGINE"].rpartition(".")[2]
DATABASES["default"]["TEST"] = {
    "NAME": str(VAR_DIR / "tests.sqlite3") if _engine == "sqlite3" else f"throughline_tests_{os.getpid()}"
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
