"""How an expression uses the helpers: those that there are not, or that are called where they must not be."""

import re
from collections.abc import Iterator

from flows.expressions.code import code_of
from flows.expressions.prototypes import inherited
from flows.expressions.slips import Slip, did_you_mean

# Name of each helper, and whether it is called.
_FLOW = {
    "config": False,
    "info": True,
    "loopItem": True,
    "mapItem": True,
    "step": True,
    "todo": True,
    "trigger": False,
}
_OUTCOMES = {"isActionFail": True, "isActionSuccess": True}
_TRIGGER = {"data": False, "event": False, "isCacheCreate": True, "isCacheDelete": True, "isCacheUpdate": True}
_STEP = {"actionRequest": False, "actionResponse": False, "isQueueActionSuccess": True, "output": False}
_LOOKED_BACK = 100
_BEGIN = r"(?<![\w$])"
_MEMBER = r"\s*+\??\.\s*+([A-Za-z_$][\w$]*+)"
_CALL = re.compile(r"\s*+(?:\?\.\s*+)?\(")
# What makes no sense behind a function: a field of it, an element, arithmetic, or the end of a value that is only that.
_USED_AS_VALUE = re.compile(r"\s*+(?:\??\.\s*+[A-Za-z_$]|\[|[+*/%-])")
HELPERS = [
    (re.compile(_BEGIN + r"(flow)" + _MEMBER), "flow", _FLOW),
    (re.compile(_BEGIN + r"(flow\s*+\??\.\s*+trigger)" + _MEMBER), "flow.trigger", _TRIGGER | _OUTCOMES),
    (re.compile(_BEGIN + r"(flow\s*+\??\.\s*+step\s*+\(\s*+\))" + _MEMBER), 'flow.step("id")', _STEP | _OUTCOMES),
    (re.compile(_BEGIN + r"(workspace)" + _MEMBER), "workspace", {"info": True}),
]
# The names are somebody's own, as far as one can see: a parameter, a variable, a property.
_OWN = re.compile(
    r"\b(?:const|let|var|function|class)\s++(?:flow|workspace)\b"
    r"|(?:[(,{\[:]|\.\.\.)\s*+(?:flow|workspace)\s*+[,)}\]=:;]"
    r"|(?<![\w$.])(?:flow|workspace)\s*+(?:=>|=(?!=))"
)


def slips_in(expression: str) -> Iterator[Slip]:
    """Helpers that there are not, called where they must not be, or the other way round."""
    code = code_of(expression)
    if _OWN.search(code):
        return
    for pattern, holder, members in HELPERS:
        for found in pattern.finditer(code):
            if not _is_field(code, found.start()) and (slip := _slip(found, code, holder, members)):
                yield slip


def _is_field(code: str, start: int) -> bool:
    """Does it stand behind a dot? Behind the three dots of a spread it is a value of its own."""
    before = code[max(0, start - _LOOKED_BACK) : start].rstrip()
    return before.endswith(".") and not before.endswith("...")


def _slip(found: re.Match[str], code: str, holder: str, members: dict[str, bool]) -> Slip | None:
    name, at = found[2], found.start(2)
    if inherited({}, name):
        return None
    if name not in members:
        return Slip(at, f"`{holder}` has no `{name}`", _among(name, members))
    is_called = bool(_CALL.match(code, found.end()))
    if members[name] and not is_called and _is_used(code, found):
        return Slip(at, f"`{holder}.{name}` is a function", f"Write `{holder}.{name}()`.")
    if is_called and not members[name]:
        return Slip(at, f"`{holder}.{name}` is no function", f"Write `{holder}.{name}`, without `()`.")
    return None


def _is_used(code: str, found: re.Match[str]) -> bool:
    """Is a function used as if it were its value? It may well be handed on as it is."""
    is_all = not code[: found.start()].strip() and not code[found.end() :].strip(" \t\r\n;")
    return is_all or bool(_USED_AS_VALUE.match(code, found.end()))


def _among(name: str, members: dict[str, bool]) -> str:
    return did_you_mean(name, list(members)) or f"It has {', '.join(f'`{one}`' for one in sorted(members))}."
