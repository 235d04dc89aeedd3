"""The code of an expression without its texts, comments and patterns, to look for words in it."""

import re
from functools import lru_cache

_MARK = re.compile(
    r"""(?P<no_code>'(?:[^'\\\n]|\\.)*+'?"""
    r"""|"(?:[^"\\\n]|\\.)*+"?"""
    r"""|//[^\n\r\u2028\u2029]*"""
    r"""|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"""
    # A pattern, where a division could not stand.
    r"""|(?:^|(?<=[(,=:\[!&|?{};+*%~^<>-])|(?<=\breturn)|(?<=\btypeof)|(?<=\bcase))\s*+"""
    r"""/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*+\]?)++/?[a-z]*+)"""
    r"""|[`{}]""",
    re.DOTALL,
)
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*+(?:`|\$\{)?", re.DOTALL)


@lru_cache(maxsize=1024)
def code_of(expression: str) -> str:
    """As long as the expression, with blanks where no code stands; what a template works out is code."""
    return _Scanner(expression).code()


class _Scanner:
    """`braces` has, for each template around, how many are open in the `${...}` at hand."""

    def __init__(self, expression: str):
        self.expression = expression
        self.kept: list[str] = []
        self.at = 0
        self.braces: list[int] = []

    def code(self) -> str:
        while found := _MARK.search(self.expression, self.at):
            self.kept.append(self.expression[self.at : found.start()])
            self.at = found.end()
            self._take(found)
        return "".join([*self.kept, self.expression[self.at :]])

    def _take(self, found: re.Match[str]) -> None:
        ends_value = found[0] == "}" and self.braces and not self.braces[-1]
        if ends_value:
            self.braces.pop()
        if ends_value or found[0] == "`":
            self._blank(found[0])
            self._template()
        elif found["no_code"]:
            self._blank(found[0])
        else:
            if self.braces:
                self.braces[-1] += 1 if found[0] == "{" else -1
            self.kept.append(found[0])

    def _template(self) -> None:
        """The text of a template up to its end, or to the next value in it."""
        found = _TEMPLATE.match(self.expression, self.at)
        assert found  # which even nothing does
        self._blank(found[0])
        self.at = found.end()
        if found[0].endswith("${"):
            self.braces.append(0)

    def _blank(self, text: str) -> None:
        self.kept.append(re.sub(r"[^\n]", " ", text))
