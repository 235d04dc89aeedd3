"""Collects the static files when they have changed since the last time."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_when_changed() -> bool:
    """Bring STATIC_ROOT up to date; True when there was anything to do."""
    # Beside the folder, not in it: what lies in it is served.
    stamp = Path(f"{settings.STATIC_ROOT}.sources")
    sources = _sources()
    if stamp.exists() and stamp.read_text() == sources:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(sources)
    return True


def _sources() -> str:
    """A digest of every source file's path, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(f"{storage.path(path)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
