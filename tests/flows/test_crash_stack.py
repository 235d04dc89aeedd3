"""A crash test whose installation does not come up says so, and which part, and what that wrote."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def test_a_web_server_that_does_not_start_is_told_with_its_own_words(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    with pytest.raises(CommandError, match=r"web does not answer on port \d+\. It wrote: (.|\n)*DATABASE_URL"):
        call_command("crash_test", "--seed", "1", stderr=StringIO())
