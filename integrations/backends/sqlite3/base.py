"""Django's SQLite backend, but that a transaction begins within a millisecond of its turn.

SQLite has one writer at a time, and those who wait for it sleep: 1, 2, 5, 10 ... 100 ms, ever longer.
Under load most of the time goes by in these sleeps (measured), and who came last is served first.
"""

import time
from sqlite3 import SQLITE_BUSY
from sqlite3 import OperationalError as SQLiteError

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

# Seconds between two tries to begin.
TURN = 0.001


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self):
        until = time.monotonic() + self.settings_dict["OPTIONS"].get("timeout", 5)
        self._wait_for_writers(0)
        try:
            while not self._has_begun(is_last=time.monotonic() > until):
                time.sleep(TURN)
        finally:
            self._wait_for_writers(self.settings_dict["OPTIONS"].get("timeout", 5))

    def _has_begun(self, *, is_last: bool) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except OperationalError as error:
            if is_last or not _is_busy(error):
                raise
            return False
        return True

    def _wait_for_writers(self, seconds: float) -> None:
        """How long SQLite itself waits; single statements outside of a transaction rely on it."""
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _is_busy(error: OperationalError) -> bool:
    return isinstance(error.__cause__, SQLiteError) and error.__cause__.sqlite_errorcode == SQLITE_BUSY
