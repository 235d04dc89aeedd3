"""What people write who think in a spreadsheet, in C# or in plain English, and what to write instead."""

import re
from difflib import get_close_matches
from typing import NamedTuple

from flows.expressions import prototypes, vocabulary
from flows.expressions.code import code_of


class Slip(NamedTuple):
    """A mistake at an offset of the expression."""

    offset: int
    message: str
    remedy: str


def of_syntax(expression: str) -> Slip | None:
    """The usual cause of a text that is no JavaScript, where one is found."""
    code = code_of(expression)
    for pattern, message, remedy in _SYNTAX:
        if found := pattern.search(code):
            return Slip(found.start(), message.format(found[0].strip()), remedy)
    return _unopened(code)


def of_meaning(expression: str) -> Slip | None:
    """JavaScript that does something else than was meant: a single `=` where something is compared."""
    found = _ASSIGNS.search(code_of(expression))
    if not found:
        return None
    return Slip(found.end() - 1, "a single `=` puts a value there instead of comparing", "Write `===` to compare.")


_ASSIGNS = re.compile(
    # In a condition, or where a whole value is one: `flow.trigger.data.status = 'Open' ? 1 : 2`.
    r"(?<![\w$.])if\s*+\(\s*+[\w$]++(?:\s*+\??\.\s*+[\w$]++|\s*+\([^()=]*+\)|\s*+\[[^\]=]*+\])++\s*+=(?![=>])"
    r"|\A\s*+flow(?:\s*+\??\.\s*+[\w$]++|\s*+\(\s*+\)|\s*+\[[^\]=]*+\])++\s*+=(?![=>])(?=[^;,\n]*+;?\s*+\Z)"
)


def instead_of_name(name: str) -> str:
    """What to write for a name that is not there."""
    return vocabulary.INSTEAD_OF_NAMES.get(name, "") or did_you_mean(name, vocabulary.GLOBALS)


def instead_of_call(name: str, before: str) -> str:
    """What to write for a function that is not there; `before` is the text before its name."""
    if name in vocabulary.INSTEAD_OF_CALLS:
        return vocabulary.INSTEAD_OF_CALLS[name]
    if re.search(r"(?<![\w$.])_\s*\.\s*\Z", before):
        return did_you_mean(name, vocabulary.LODASH, "_.")
    if name in vocabulary.LODASH and name not in prototypes.METHODS:
        return f"That is a function of Lodash: `_.{name}(...)`."
    return _whose(name) or did_you_mean(name, vocabulary.METHODS)


def did_you_mean(name: str, names: list[str], prefix: str = "") -> str:
    """The name that was likely meant: the same in other letters, or almost the same."""
    same = [one for one in names if one.lower() == name.lower() and one != name]
    likeness = 0.6 if len(name) <= 4 else 0.7
    near = same or [one for one in get_close_matches(name, names, n=2, cutoff=likeness) if one != name]
    return f"Did you mean `{prefix}{near[0]}`?" if near else ""


def _whose(name: str) -> str:
    kinds = prototypes.kinds_with(name)
    if not kinds:
        return ""
    made = _MADE[kinds[0]] if len(kinds) == 1 else ""
    takes = f", and it takes a function, as in `.{name}((item) => ...)`" if name in vocabulary.TAKING_FUNCTIONS else ""
    return f"Only {' and '.join(kinds)} have it{takes}.{made}"


_MADE = {"lists": "", "texts": " `String(x)` makes a text.", "numbers": " `numeral(x).value()` makes a number."}


def _unopened(code: str) -> Slip | None:
    """The first bracket that closes what was not opened."""
    open_brackets: list[str] = []
    for found in re.finditer(r"[()\[\]{}]", code):
        if found[0] in _CLOSING:
            if not open_brackets or open_brackets.pop() != _CLOSING[found[0]]:
                message = f"`{found[0]}` closes a bracket that is not open"
                return Slip(found.start(), message, "Remove it, or open the bracket before.")
        else:
            open_brackets.append(found[0])
    return None


_CLOSING = {")": "(", "]": "[", "}": "{"}


def _word(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$.])(?:{words})(?![\w$]|\s*:)")


_SYNTAX = [
    (re.compile("[“”„‟‘’‚]"), "`{}` is a quote of a word processor", "Write straight quotes, ' or \"."),
    (re.compile(r"\A\s*\{\{"), "`{{{{` is no JavaScript", "Leave out the {{ }}: an expression needs none."),
    (re.compile(r"\A\s*="), "an expression does not begin with `=`", "Leave it out."),
    (_word("await"), "nothing can be waited for here", "Remove `await`; use a step that calls the other system."),
    (_word("import|export"), "`{}` is not there", vocabulary.LIBRARIES_THERE),
    (_word("and|And|AND"), "`{}` is no operator", "Write `&&`."),
    (_word("or|Or|OR"), "`{}` is no operator", "Write `||`."),
    (_word("not|Not|NOT"), "`{}` is no operator", "Write `!`."),
    (re.compile("<>"), "`{}` is no operator", "Write `!==`."),
    (re.compile("=<"), "`{}` is no operator", "Write `<=`."),
    (_word("then|Then|THEN"), "`{}` is no JavaScript", "Write `condition ? value : otherwise`."),
    (_word("Return|RETURN"), "`{}` is no JavaScript", "Write `return`, in small letters."),
    (re.compile(r"\$\{"), "`${{` stands outside a text", "Put the text between backticks: `...${value}...`."),
]
