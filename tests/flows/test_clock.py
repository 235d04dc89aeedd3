"""The server's time, without asking for it each time."""

from datetime import UTC, datetime, timedelta

import pytest

from flows import clock
from flows.clock import _server_now as server_now

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch):
    """Counts how often it is asked; `moment` is this process's monotonic clock."""

    class Server:
        asked = 0
        moment = 100.0

        def ask(self) -> datetime:
            self.asked += 1
            return NOON

    server = Server()
    monkeypatch.setattr(clock, "_ask_server", server.ask)
    monkeypatch.setattr(clock, "_heard", None)
    monkeypatch.setattr(clock, "time", type("Time", (), {"monotonic": staticmethod(lambda: server.moment)}))
    return server


def test_within_a_second_the_process_carries_the_time_on_by_itself(server):
    assert server_now() == NOON
    server.moment += 0.75
    assert server_now() == NOON + timedelta(seconds=0.75)
    assert server.asked == 1


def test_after_a_second_the_server_is_asked_anew(server):
    server_now()
    server.moment += 1.5
    assert server_now() == NOON
    assert server.asked == 2
