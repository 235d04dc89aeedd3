"""Rebuilds timezones.json from the tzdata package: `python flows/expressions/libraries/timezones.py`.

{"zones": {name: index}, "histories": ["offset start offset start offset ..."], "letters": {name: "E"}}:
the offset in seconds from UTC and the second from which the next one holds, in base 36, from 1950 to
the end of 2054 (later years repeat the calendar of 28 years before, which javascript/intl.js makes
use of); and the letters of the zones that en-US names EST, CDT and so on.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

_START = datetime(1950, 1, 1, tzinfo=UTC)
_END = datetime(2055, 1, 1, tzinfo=UTC)
_STRIDE = timedelta(days=7)
_JANUARY = datetime(2026, 1, 15, tzinfo=UTC)
_LETTERS = {"EST": "E", "CST": "C", "MST": "M", "PST": "P", "AKST": "AK", "AST": "A", "HST": "H"}
_NAMED = (
    "America/",
    "US/",
    "Canada/",
    "Mexico/",
    "Navajo",
    "Jamaica",
    "Pacific/",
    "Atlantic/Bermuda",
    "EST",
    "CST",
    "MST",
    "PST",
    "HST",
)
# These have the clock of a zone with a short name, but in en-US no name of their own.
_NAMELESS = {
    "America/Havana",
    "America/Whitehorse",
    "America/Dawson",
    "America/Hermosillo",
    "America/Mazatlan",
    "Mexico/BajaSur",
    "Canada/Yukon",
}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    reset_tzpath(())  # the package alone, not what this machine has
    histories: dict[str, int] = {}
    zones = {}
    for name in sorted(available_timezones() - {"localtime", "Factory"}):
        history = " ".join(_base36(number) for number in _history(ZoneInfo(name)))
        zones[name] = histories.setdefault(history, len(histories))
    letters = {name: letter for name in zones if (letter := _letter(name))}
    result = {"zones": zones, "histories": list(histories), "letters": letters}
    path = Path(__file__).with_name("timezones.json")
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")


def _history(zone: ZoneInfo) -> Iterator[int]:
    at, offset = _START, _offset(zone, _START)
    yield offset
    while at < _END:
        step = min(at + _STRIDE, _END)
        if _offset(zone, step) != offset:
            step = _change(zone, at, step)
            offset = _offset(zone, step)
            yield int(step.timestamp())
            yield offset
        at = step


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second with another offset than `before` has."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _letter(name: str) -> str:
    if name in _NAMELESS or not name.startswith(_NAMED):
        return ""
    letter = _LETTERS.get(_JANUARY.astimezone(ZoneInfo(name)).tzname() or "", "")
    return "HA" if letter == "H" and name in ("America/Adak", "America/Atka", "US/Aleutian") else letter


def _base36(number: int) -> str:
    sign, number, text = "-" * (number < 0), abs(number), ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return sign + text


if __name__ == "__main__":
    main()
