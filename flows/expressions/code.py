"""The code of an expression without its texts, comments and patterns, to look for words in it."""

import re
from functools import lru_cache

_NO_CODE = re.compile(
    r"""'(?:[^'\\\n]|\\.)*+'?"""
    r"""|"(?:[^"\\\n]|\\.)*+"?"""
    r"""|`(?:[^`\\]|\\.)*+`?"""
    r"""|//[^\n]*"""
    r"""|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"""
    # A pattern, where a division could not stand.
    r"""|(?:^|(?<=[(,=:\[!&|?{};+*%~^<>-]))\s*+/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,200}+\])++/[a-z]*""",
    re.DOTALL,
)


@lru_cache(maxsize=1024)
def code_of(expression: str) -> str:
    """As long as the expression, with blanks where no code stands; line ends stay."""
    return _NO_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), expression)
