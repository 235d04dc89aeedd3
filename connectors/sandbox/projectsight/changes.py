"""The feed of changes: every addition and change of a job phase, numbered."""

from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call

CHANGE = "change"


def list_changes(call: Call) -> Answer:
    since = call.query.get("since", 0)
    all_changes = call.store.all(CHANGE)
    newer = [change for change in all_changes if change["number"] > since]
    return Answer(200, {"changes": newer, "last": all_changes[-1]["number"] if all_changes else 0})


def record_change(store: Store, kind: str, phase: dict[str, Any]) -> None:
    """`kind` is "added" or "changed"; the feed shows the phase as it was at that moment."""
    number = store.next_number(CHANGE)
    change = {"number": number, "change": kind, "changedAt": phase["changedAt"], "phase": phase}
    store.put(CHANGE, f"{number:08d}", change)
