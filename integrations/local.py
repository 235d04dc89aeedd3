"""What a local installation keeps for itself under var/."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

# The log-in that `make run` prints; `manage.py load_samples` makes it, for local installations only.
SAMPLE_USER = "sample"
SAMPLE_PASSWORD = "sample-log-in"  # noqa: S105


def kept_secret(file: Path) -> str:
    """Read a random secret from `file`, making it on the first call, readable by its owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_once(file, secrets.token_urlsafe(48))
    return file.read_text().strip()


def _write_once(file: Path, text: str) -> None:
    handle, draft = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "w") as out:
        out.write(text)
    # Web server and worker start together: the link is atomic, so that one secret wins.
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    Path(draft).unlink()
