"""Which regular expressions of a document are kept, and which left out.

Patterns are matched with RE2, which cannot blow up. One that would is still left out: the schema is
shown, exported, and read by other tools whose engines do backtrack. The other system checks it anyway.
"""

import functools
import re
import warnings
from enum import Enum

import re2

from connectors.openapi.ambiguity import UnreadablePattern, blows_up

MAX_LENGTH = 5_000


class Verdict(Enum):
    """The value says what speaks against keeping it."""

    KEPT = ""
    UNSUPPORTED = "RE2 cannot compile it"
    HOSTILE = "it can take exponential time or has an absurd count"


@functools.lru_cache(maxsize=4096)
def judge(pattern: str) -> Verdict:
    """Judge one pattern of a schema."""
    if len(pattern) > MAX_LENGTH:
        return Verdict.HOSTILE
    try:
        if blows_up(pattern):
            return Verdict.HOSTILE
    except UnreadablePattern:
        return Verdict.UNSUPPORTED
    return Verdict.KEPT if _compiles(pattern) else Verdict.UNSUPPORTED


def _compiles(pattern: str) -> bool:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options=options)
        with warnings.catch_warnings(action="ignore"):  # of what another Python may read otherwise
            re.compile(pattern)  # which is how the metaschema checks it
    except (re2.error, re.error, OverflowError, RecursionError, UnicodeEncodeError):
        return False
    return True
