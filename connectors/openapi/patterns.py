"""Which regular expressions of a document are kept, left out, or refused.

Patterns are matched with RE2, which cannot blow up. A document is still refused a pattern that
would: the schema is shown, exported, and read by other tools whose engines do backtrack.
"""

import functools
import re
from enum import Enum

import re2

from connectors.openapi.ambiguity import UnreadablePattern, blows_up

MAX_LENGTH = 5_000


class Verdict(Enum):
    KEPT = "kept"
    NOT_ENFORCED = "not enforced"
    HOSTILE = "hostile"


@functools.lru_cache(maxsize=4096)
def judge(pattern: str) -> Verdict:
    """Judge one pattern of a schema."""
    if len(pattern) > MAX_LENGTH:
        return Verdict.HOSTILE
    try:
        if blows_up(pattern):
            return Verdict.HOSTILE
    except UnreadablePattern:
        return Verdict.NOT_ENFORCED
    return Verdict.KEPT if _compiles(pattern) else Verdict.NOT_ENFORCED


def _compiles(pattern: str) -> bool:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options=options)
        # The metaschema's own check of `pattern` is Python's re.
        re.compile(pattern)
    except (re2.error, re.error, OverflowError, RecursionError, UnicodeEncodeError):
        return False
    return True
