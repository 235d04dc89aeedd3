"""Dangerous set-ups are refused at the start, each with its remedy."""

from types import SimpleNamespace

import pytest

from integrations import checks

LONG = "a-long-random-text-" + "x1y2z3" * 8


def found() -> list[str]:
    return [message.id for message in [*checks.check_exposure(None), *checks.check_engine(None)]]


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    """A set-up without anything to find, for the tests to spoil."""
    sound = SimpleNamespace(
        DEBUG=False,
        LOCAL=False,
        SECRET_KEY=LONG,
        CREDENTIAL_KEYS=[],
        ALLOWED_PRIVATE_HOSTS=["10.20.0.0/16"],
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql"}},
        Q_CLUSTER={"timeout": 90, "retry": 600, "catch_up": False, "orm": "default"},
        REQUEST_DEADLINE=60,
        LEASE_SECONDS=120,
    )
    monkeypatch.setattr(checks, "settings", sound)
    return sound


def test_a_sound_set_up_passes():
    assert found() == []


def test_debug_is_for_local_machines_only(settings):
    settings.DEBUG, settings.LOCAL = True, False
    assert found() == ["integrations.E001"]
    settings.LOCAL = True
    assert found() == []


@pytest.mark.parametrize("key", ["short", "x" * 60])
def test_keys_must_not_be_guessed(settings, key):
    settings.SECRET_KEY = key
    assert found() == ["integrations.E002"]
    settings.SECRET_KEY, settings.CREDENTIAL_KEYS = LONG, [LONG, key]
    assert found() == ["integrations.E002"]


def test_allowing_every_private_host_is_warned_of(settings):
    settings.ALLOWED_PRIVATE_HOSTS = ["*"]
    assert found() == ["integrations.W001"]


def test_sqlite_needs_wal_and_immediate_transactions(settings):
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}}
    assert found() == ["integrations.E003"]
    right = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": right}}
    assert found() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"orm": "queue"}, "integrations.E004"),
        ({"timeout": None}, "integrations.E005"),
        ({"timeout": 60}, "integrations.E005"),
        ({"retry": 100}, "integrations.E005"),
        ({"catch_up": True}, "integrations.E006"),
    ],
)
def test_the_queue_must_not_lose_or_double_work(settings, change, expected):
    settings.Q_CLUSTER |= change
    assert found() == [expected]
