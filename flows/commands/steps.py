"""One step of a draft, saved while others may save other steps of it."""

from typing import Any

from django.db import transaction

from flows.commands.flows import note_change, store_draft
from flows.commands.samples import move_sample
from flows.definition import edits
from flows.definition.moving import Moved, Way, move_constant
from flows.models import Flow
from integrations.problems import Refused


class StepConflict(Refused):
    """Somebody else saved the same step; `theirs` is what is stored now, None where the step is gone."""

    def __init__(self, theirs: dict[str, Any] | None) -> None:
        super().__init__("Somebody else saved this step meanwhile.")
        self.theirs = theirs


@transaction.atomic
def save_step(
    *, actor, flow: Flow, step_id: str, step: dict[str, Any], seen: str, autosave: bool = False
) -> tuple[Flow, int]:
    """Put an edited step in the place of the stored one, in the draft as it is by now.

    `seen` is the fingerprint of the step as the editor read it. Gives the flow, and how many references to
    the step followed its new id. Raises StepConflict where the step itself was saved or deleted since;
    other steps may have been.
    """
    flow = Flow.objects.select_for_update(of=("self",)).select_related("integration").get(pk=flow.pk)
    position = edits.position_of(flow.draft, step_id)
    stored = None if position is None else flow.draft["steps"][position]
    if position is None or stored is None or edits.fingerprint(stored) != seen:
        raise StepConflict(stored)
    draft, repaired = edits.replace_step(flow.draft, position, step)
    if draft == flow.draft:
        return flow, 0
    if step["id"] != step_id:
        move_sample(flow=flow, old_id=step_id, new_id=step["id"])
    note_change(actor=actor, flow=flow, autosave=autosave)
    return store_draft(flow=flow, draft=draft, revision=flow.draft_revision), repaired


@transaction.atomic
def save_step_moving(
    *, actor, flow: Flow, step_id: str, step: dict[str, Any], seen: str, way: Way, schema: dict[str, Any] | None
) -> tuple[Flow, Moved]:
    """Save an edited step, with the constant at `way` of its properties moved to a map step before it.

    Raises StepConflict like save_step, and Refused where the constant can't be moved; then nothing is saved.
    """
    flow, _ = save_step(actor=actor, flow=flow, step_id=step_id, step=step, seen=seen)
    position = edits.position_of(flow.draft, step["id"]) or 0
    draft, moved = move_constant(flow.draft, position, way, schema)
    return store_draft(flow=flow, draft=draft, revision=flow.draft_revision), moved
