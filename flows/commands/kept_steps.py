"""Steps kept beside the drafts, in the session of whoever deleted, replaced or copied them.

A session lives in the database: what is kept survives every page, every other edit and the end of the
browser, until its person logs out or two weeks pass. It is stored before the draft changes, so that a
crash between the two loses no step.
"""

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import get_random_string

from connectors import exact_json
from flows.definition.files import read_step, to_step_document
from flows.models import Flow

KEPT, CLIPBOARD = "kept_steps", "copied_step"
KEPT_LIMIT = 20
KEPT_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptStep:
    """`why` is "deleted", "replaced" or "discarded"; `text` is the step's document; the ids are its neighbours'."""

    key: str
    flow: int
    why: str
    name: str
    text: str
    after: str | None
    before: str | None

    @property
    def step(self) -> dict[str, Any]:
        return read_step(self.text)

    @property
    def neighbours(self) -> dict[str, str | None]:
        return {"after": self.after, "before": self.before}


def keep_step(
    session: SessionBase, *, flow: Flow, step: dict[str, Any], neighbours: dict[str, str | None], why: str
) -> KeptStep:
    """Keep a step that is about to leave the draft. The oldest go when there are over 20, or over 10 MB."""
    text = exact_json.dumps(to_step_document(step))
    kept = KeptStep(key=get_random_string(12), flow=flow.pk, why=why, name=step["name"], text=text, **neighbours)
    _store(session, [asdict(kept), *session.get(KEPT, [])])
    return kept


def drop_kept_step(session: SessionBase, key: str) -> None:
    _store(session, [each for each in session.get(KEPT, []) if each["key"] != key])


def kept_steps_of(session: SessionBase, flow: Flow) -> list[KeptStep]:
    """Newest first."""
    return [KeptStep(**each) for each in session.get(KEPT, []) if each["flow"] == flow.pk]


def copy_step(session: SessionBase, step: dict[str, Any]) -> str:
    """Put a step on the clipboard, in place of what was there; gives its document's text."""
    text = exact_json.pretty(to_step_document(step)) + "\n"
    session[CLIPBOARD] = text
    return text


def copied_step(session: SessionBase) -> dict[str, Any] | None:
    """The step on the clipboard. Raises Refused when this installation can't read it any more."""
    text = session.get(CLIPBOARD)
    return read_step(text) if text else None


def _store(session: SessionBase, kept: list[dict[str, Any]]) -> None:
    room = KEPT_BYTES
    fitting: list[dict[str, Any]] = []
    for each in kept[:KEPT_LIMIT]:
        room -= len(each["text"])
        if room < 0 and fitting:
            break
        fitting.append(each)
    session[KEPT] = fitting
    session.save()
