"""Lengths of time as people say them: "1 h 30", "90 min", "2 hours". Pure."""

import re

MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
UNITS = {
    "m": "m min mins minute minutes",
    "h": "h hr hrs hour hours",
    "d": "d day days",
}
_UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words.split()}
_PART = re.compile(r"(\d{1,6}(?:[.,]\d{1,4})?)\s*([a-z]*)\.?")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?: ?(?:h|hours?))?")
# Said in words, or with a fraction of its own sign.
_WORDS = {
    "half an hour": "30 m",
    "an hour": "1 h",
    "one hour": "1 h",
    "a day": "1 d",
    "½": ".5",
    "¼": ".25",
    "¾": ".75",
}


def parse_minutes(text: str) -> int:
    """Whole minutes. A number without a unit counts minutes, also after hours. Raises ValueError."""
    said = " ".join(text.lower().replace(" and ", " ").split())
    for words, figures in _WORDS.items():
        said = said.replace(words, figures)
    clock = _CLOCK.fullmatch(said)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    if not said or _PART.sub("", said).strip(" ,"):
        raise ValueError(text)
    minutes = sum(_minutes(number, unit) for number, unit in _PART.findall(said))
    if minutes != int(minutes):
        raise ValueError(text)
    return int(minutes)


def _minutes(number: str, unit: str) -> float:
    if unit and unit not in _UNIT_OF:
        raise ValueError(unit)
    return float(number.replace(",", ".")) * MINUTES[_UNIT_OF.get(unit, "m")]
