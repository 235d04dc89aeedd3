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
# Behind no other name; behind the three points of a spread, though.
_BEGIN = r"(?<!typeof )(?<![\w$])(?:(?<=\.\.\.)|(?<!\.))"
_MEMBER = r"\s*\??\.\s*([A-Za-z_$][\w$]*)(\s*(?:\?\.\s*)?\()?"
HELPERS = [
    (re.compile(_BEGIN + r"(flow)" + _MEMBER), "flow", _FLOW),
    (re.compile(_BEGIN + r"(flow\s*\??\.\s*trigger)" + _MEMBER), "flow.trigger", _TRIGGER | _OUTCOMES),
    (re.compile(_BEGIN + r"(flow\s*\??\.\s*step\s*\(\s*\))" + _MEMBER), 'flow.step("id")', _STEP | _OUTCOMES),
    (re.compile(_BEGIN + r"(workspace)" + _MEMBER), "workspace", {"info": True}),
]
# The names are somebody's own, as far as one can see: a parameter, a variable, a property.
_OWN = re.compile(
    r"\b(?:const|let|var|function|class)\s+(?:flow|workspace)\b|[(,{\[]\s*(?:flow|workspace)\s*[,)}\]=:]"
    r"|(?<![\w$.])(?:flow|workspace)\s*(?:=>|=(?!=))|\.\.\.\s*(?:flow|workspace)\s*[,)}\]]"
    r"|:\s*(?:flow|workspace)\s*[,}=]"
)


def slips_in(expression: str) -> Iterator[Slip]:
    """Helpers that there are not, called where they must not be, or the other way round."""
    code = code_of(expression)
    if _OWN.search(code):
        return
    for pattern, holder, members in HELPERS:
        for found in pattern.finditer(code):
            name, is_called = found[2], bool(found[3])
            if inherited({}, name):
                continue
            if name not in members:
                yield Slip(found.start(2), f"`{holder}` has no `{name}`", _among(name, members))
            elif members[name] and not is_called:
                yield Slip(found.start(2), f"`{holder}.{name}` is a function", f"Write `{holder}.{name}()`.")
            elif is_called and not members[name]:
                yield Slip(
                    found.start(2), f"`{holder}.{name}` is no function", f"Write `{holder}.{name}`, without `()`."
                )


def _among(name: str, members: dict[str, bool]) -> str:
    return did_you_mean(name, list(members)) or f"It has {', '.join(f'`{one}`' for one in sorted(members))}."
