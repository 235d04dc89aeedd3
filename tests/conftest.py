"""What each lane of tests needs, and what happens where it is missing."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from flows import clock
from flows.engine import version_of
from tests.cast import bo, harbour, olga, opal, sam, vic  # noqa: F401
from tests.servers import PATIENCE

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# For whatever a browser waits for: long, because a machine may have much else to do.
BROWSER_PATIENCE_MS = 1000 * PATIENCE
expect.set_options(timeout=BROWSER_PATIENCE_MS)
# Playwright's loop runs in the test's thread, where Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def require_service(present: bool, missing: str) -> None:
    """Skip the test where a service is not there; under CI=true that is a failure."""
    if present:
        return
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{missing}; with CI=true every lane must run.")
    pytest.skip(missing)


def answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the database: the PostgreSQL lane runs just that."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"}:
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Before a test database is made: is its server there?"""
    server = connection.settings_dict
    if connection.vendor == "postgresql":
        there = answers(server["HOST"] or "127.0.0.1", int(server["PORT"] or 5432))
        require_service(there, "PostgreSQL does not answer at DATABASE_URL")


@pytest.fixture(autouse=True)
def _services(request: pytest.FixtureRequest) -> None:
    """The markers of a test say what must be there for it."""
    marked = request.node.get_closest_marker
    if marked("browser"):
        require_service(CHROMIUM is not None, "Chromium is not installed")
    if marked("redis"):
        require_service(answers("127.0.0.1", 6379), "Redis does not answer on 127.0.0.1:6379")
    if marked("postgresql") and connection.vendor != "postgresql":
        pytest.skip("for PostgreSQL: set DATABASE_URL, or run `make test`")
    if marked("sqlite") and connection.vendor != "sqlite":
        pytest.skip("for SQLite: set no DATABASE_URL, or run `make test`")


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time travel moves Python's clock; PostgreSQL's own would stay behind, and cost a query now and then."""
    monkeypatch.setattr(clock, "_server_now", timezone.now)


@pytest.fixture(autouse=True)
def _no_memory_of_versions() -> None:
    """A rolled-back test gives its ids back; in production a version's id is never used twice."""
    version_of.cache_clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    require_service(CHROMIUM is not None, "Chromium is not installed")
    # Chromium refuses its own sandbox to root, which is who runs tests in a container.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(BROWSER_PATIENCE_MS)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
