"""What a Connector Action will do, in one plain sentence. Pure."""

import re
from typing import Any

from flows import retries
from flows.definition.words import counted, say_minutes, shortened

_STATUS = re.compile(r"""flow\.mapItem\(\)(?:\?)?\.(?:status|result\??\.code)\s*===?\s*['"]?(\d{3})['"]?""")


def sentence(settings: dict[str, Any], action_label: str = "") -> str:
    """For instance: "Sends Add a vendor to Vista, waits for the answer; if it answers 503, tries 3 more times
    within 7 h; then goes on."
    """
    what = action_label or settings["action_path"] or "an action path that is still to be chosen"
    where = settings["connection"] or "a connection that is still to be chosen"
    waits = settings["wait_for_response"]
    answer = "waits for the answer" if waits else "goes on without waiting for the answer"
    retry = _retry_clause(settings["retry_policy"])
    end = "; then goes on" if retry and waits else ""
    return f"Sends {what} to {where}{_body(settings)}{_when(settings)}, {answer}{retry}{end}."


def _body(settings: dict[str, Any]) -> str:
    body = settings["existing_body"].strip()
    return f" with the body {shortened(body)}" if settings["use_existing_body"] and body else ""


def _when(settings: dict[str, Any]) -> str:
    return "" if settings["real_time_processing"] else " when the connection's queue is next processed"


def _retry_clause(policy: dict[str, Any]) -> str:
    if not policy["enabled"]:
        return ""
    within = [retry for retry in retries.plan(policy) if retry.within_window]
    if not within:
        return "; no retry fits into 24 hours"
    length = say_minutes(int(within[-1].after.total_seconds() // 60))
    return f"; {_say_condition(policy['error_condition'])}, tries {counted(len(within), 'more time')} within {length}"


def _say_condition(condition: str) -> str:
    """Comparisons with a status are said in words; any other condition is shown as it is."""
    text = condition.strip().removesuffix(";")
    if text in ("", "true"):
        return "if it fails" if text else "if a condition that is still to be given is true"
    found = [_STATUS.fullmatch(part) for part in _alternatives(text)]
    if all(found):
        return f"if it answers {' or '.join(match[1] for match in found if match)}"
    return f"if {shortened(text)}"


def _alternatives(text: str) -> list[str]:
    return [re.sub(r"^\((.*)\)$", r"\1", part.strip()).strip() for part in text.split("||")]
