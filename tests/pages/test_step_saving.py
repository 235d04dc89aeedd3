"""A step saved while it is typed: what is stored, what is not and why, and that two people lose nothing."""

import copy
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from flows.commands.flows import ONE_SITTING
from integrations.models import AuditEntry
from tests.cast import client_of, make_action_path, make_connection, make_connector
from tests.making import action_step, expression, make_draft, map_step, retry_policy, text
from tests.pages.forms import controls_of

pytestmark = pytest.mark.django_db
WRITE = ("step-autosave", "step-save-over", "step-keep-copy", "step-discard")


@pytest.fixture
def flow(harbour):
    vista = make_connection(harbour, make_connector("Vista sample"))
    properties = {"jobNumber": expression("flow.trigger.data.job"), "phaseCode": text("03-100")}
    send = action_step(vista, make_action_path(vista.connector), properties=properties, retry_policy=retry_policy())
    return make_draft(harbour, map_step("map"), send, name="Phases")


def url(name, flow, step="send"):
    return reverse(name, kwargs={"integration": flow.integration.slug, "flow": flow.slug, "step": step})


class Editor:
    """Somebody with the page of a step open, as it was when they opened it."""

    def __init__(self, user, flow, step="send"):
        self.client, self.flow, self.step = client_of(user), flow, step
        page = self.client.get(url("step-edit", flow, step)).content.decode()
        self.form, self.discard_form = controls_of(page, "step-form"), controls_of(page, "discard-form")

    def type(self, **values):
        self.form |= values
        return self

    def autosave(self, **values):
        self.type(**values)
        answer = self.post("step-autosave", self.form)
        seen = re.search(r'data-seen="(\w+)"', answer.content.decode())
        if seen:
            self.form["step_seen"] = self.discard_form["step_seen"] = seen[1]
        return answer

    def post(self, name, form, **more):
        return self.client.post(url(name, self.flow, self.step), form, **more)


def step_of(flow, step="send"):
    flow.refresh_from_db()
    return next(each for each in flow.draft["steps"] if each["id"] == step)


def settings_of(flow, step="send"):
    return step_of(flow, step)["settings"]


def state_of(answer):
    return re.search(r'data-state="(\w+)"', answer.content.decode())[1]


def text_in(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# Who may.


@pytest.mark.parametrize("name", WRITE)
def test_only_builders_and_owners_save(name, flow, sam, vic, bo, opal, olga):
    answers = [client_of(who).post(url(name, flow), {"sent": "1"}).status_code for who in (sam, vic, opal)]
    assert answers == [404, 403, 403]
    assert all(client_of(who).post(url(name, flow), {"sent": "1"}).status_code < 400 for who in (bo, olga))


@pytest.mark.parametrize("name", WRITE)
def test_nothing_is_saved_by_looking(name, flow, bo):
    assert client_of(bo).get(url(name, flow)).status_code == 405


# What is stored.


def test_what_was_typed_is_in_the_draft_and_the_answer_says_when(flow, bo):
    answer = Editor(bo, flow).autosave(**{"value:/.jobNumber": "flow.trigger.data.number", "attempts": "5"})
    assert state_of(answer) == "saved"
    assert settings_of(flow)["properties"]["jobNumber"] == expression("flow.trigger.data.number")
    assert settings_of(flow)["retry_policy"]["attempts"] == 5


def test_one_save_after_the_other_is_no_conflict(flow, bo):
    editor = Editor(bo, flow)
    states = [state_of(editor.autosave(attempts=attempts)) for attempts in "24"]
    assert (states, settings_of(flow)["retry_policy"]["attempts"]) == (["saved", "saved"], 4)


def test_a_mistake_that_a_draft_may_hold_is_stored(flow, bo):
    assert state_of(Editor(bo, flow).autosave(**{"value:/.jobNumber": "flow.step('nobody"})) == "saved"
    assert settings_of(flow)["properties"]["jobNumber"] == expression("flow.step('nobody")


def test_what_no_draft_can_hold_is_named_and_everything_else_is_stored(flow, bo):
    answer = Editor(bo, flow).autosave(attempts="44", interval_minutes="2 h", **{"value:/.jobNumber": "flow.x"})
    assert state_of(answer) == "partly"
    assert "but not everything: Attempts : Attempts may be 1 to 5." in text_in(answer)
    policy = settings_of(flow)["retry_policy"]
    assert (policy["attempts"], policy["interval_minutes"]) == (3, 120)
    assert settings_of(flow)["properties"]["jobNumber"] == expression("flow.x")


def test_the_run_condition_is_saved_too(flow, bo):
    Editor(bo, flow).autosave(step="map", status="failed")
    assert step_of(flow)["run_condition"] == {"step": "map", "status": "failed"}


def test_name_and_id_wait_for_the_button_because_references_follow_them(flow, bo):
    editor = Editor(bo, flow)
    answer = editor.autosave(name="Upsert a phase", attempts="2")
    assert "a new name or ID is saved by Save step" in text_in(answer)
    assert step_of(flow)["name"] == "Send"
    editor.post("step-edit", {**editor.form, "op": "save"})
    assert step_of(flow, "upsert-a-phase")["settings"]["retry_policy"]["attempts"] == 2


def test_a_save_that_changes_nothing_leaves_the_draft_alone(flow, bo):
    editor = Editor(bo, flow)
    editor.autosave(attempts="5")
    flow.refresh_from_db()
    revision = flow.draft_revision
    assert state_of(editor.autosave()) == "saved"
    flow.refresh_from_db()
    assert flow.draft_revision == revision


def test_a_sitting_is_one_entry_of_the_audit_trail(flow, bo, olga):
    entries = AuditEntry.objects.filter(verb="changed draft of", actor=bo)
    editor = Editor(bo, flow)
    for attempts in "245":
        editor.autosave(attempts=attempts)
    assert entries.count() == 1
    with time_machine.travel(timezone.now() + ONE_SITTING + timedelta(minutes=1)):
        editor.autosave(attempts="1")
    assert entries.count() == 2


def test_a_save_takes_a_bounded_number_of_queries(flow, bo):
    editor = Editor(bo, flow)
    with CaptureQueriesContext(connection) as queries:
        editor.autosave(attempts="2")
    assert len(queries) <= 17, "\n".join(query["sql"][:150] for query in queries)


# Two people.


def test_people_at_different_steps_of_a_flow_do_not_meet(flow, bo, olga):
    bos, olgas = Editor(bo, flow), Editor(olga, flow, "map")
    assert state_of(bos.autosave(attempts="5")) == "saved"
    assert state_of(olgas.autosave(list="flow.trigger.data.phases")) == "saved"
    assert (settings_of(flow)["retry_policy"]["attempts"], settings_of(flow, "map")["list"]) == (
        5,
        "flow.trigger.data.phases",
    )


@pytest.fixture
def olga_was_faster(flow, bo, olga):
    """Both opened the step; olga saved hers first."""
    bos = Editor(bo, flow).type(attempts="2")
    Editor(olga, flow).autosave(wait_for_response="", attempts="5")
    return bos


def test_a_conflict_says_who_saved_when_and_how_theirs_differs(flow, olga_was_faster):
    answer = olga_was_faster.autosave()
    said = text_in(answer)
    assert state_of(answer) == "conflict"
    assert "olga saved another version of this step at" in said
    assert "The other differs from yours: Wait For Response switched off Attempts from 2 to 5" in said
    assert settings_of(flow)["retry_policy"]["attempts"] == 5


def test_the_button_meets_the_same_conflict_and_keeps_what_was_typed(flow, olga_was_faster):
    answer = olga_was_faster.post("step-edit", {**olga_was_faster.form, "op": "save"})
    assert answer.status_code == 422
    assert "olga saved another version of this step at" in text_in(answer)
    shown = controls_of(answer.content.decode(), "step-form")
    assert shown["attempts"] == "2"
    assert olga_was_faster.post("step-edit", {**shown, "op": "save"}).status_code == 422
    assert settings_of(flow)["retry_policy"]["attempts"] == 5


def test_saving_over_theirs_keeps_theirs_to_be_put_back(flow, olga_was_faster):
    theirs = copy.deepcopy(step_of(flow))
    olga_was_faster.post("step-save-over", olga_was_faster.form)
    assert settings_of(flow)["retry_policy"]["attempts"] == 2
    client, detail = olga_was_faster.client, flow.integration
    kwargs = {"integration": detail.slug, "flow": flow.slug}
    page = client.get(reverse("flow-detail", kwargs=kwargs)).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    client.post(reverse("step-put-back", kwargs=kwargs), {"key": key})
    assert step_of(flow) == theirs
    # And mine is kept in its turn.
    assert "1 step to put back" in text_in(client.get(reverse("flow-detail", kwargs=kwargs)))


def test_keeping_a_copy_keeps_both_side_by_side(flow, olga_was_faster):
    answer = olga_was_faster.post("step-keep-copy", olga_was_faster.form, follow=True)
    assert "Your version is kept as Send (copy), right after the other." in text_in(answer)
    flow.refresh_from_db()
    assert [step["id"] for step in flow.draft["steps"]] == ["map", "send", "send-copy"]
    attempts = [step["settings"]["retry_policy"]["attempts"] for step in flow.draft["steps"][1:]]
    assert attempts == [5, 2]


def test_ones_own_other_window_is_told_as_such(flow, bo):
    first, second = Editor(bo, flow), Editor(bo, flow)
    first.autosave(attempts="5")
    assert "You saved another version of this step in another window" in text_in(second.autosave(attempts="2"))


def test_an_answer_that_got_lost_is_no_conflict(flow, bo):
    editor = Editor(bo, flow)
    seen = editor.form["step_seen"]
    editor.autosave(attempts="5")
    editor.form["step_seen"] = seen
    assert state_of(editor.autosave()) == "saved"


def test_a_step_that_is_gone_is_told_and_saved_nowhere(flow, bo, olga):
    editor = Editor(bo, flow)
    flow.refresh_from_db()
    client_of(olga).post(url("step-delete", flow), {"draft_revision": flow.draft_revision})
    answer = editor.autosave(attempts="5")
    assert state_of(answer) == "gone"
    assert "Somebody deleted or renamed this step meanwhile." in text_in(answer)


# Back to how it was.


def test_discarding_brings_back_what_the_page_opened_with_and_keeps_the_rest(flow, bo):
    before = copy.deepcopy(step_of(flow))
    editor = Editor(bo, flow)
    editor.autosave(attempts="5")
    editor.autosave(attempts="1")
    answer = editor.post("step-discard", editor.discard_form, follow=True)
    assert "Send is as it was when you opened it." in text_in(answer)
    assert step_of(flow) == before
    detail = reverse("flow-detail", kwargs={"integration": flow.integration.slug, "flow": flow.slug})
    assert "with the changes you discarded" in text_in(editor.client.get(detail))


def test_discarding_never_undoes_what_somebody_else_saved(flow, bo, olga):
    bos = Editor(bo, flow)
    bos.autosave(attempts="2")
    Editor(olga, flow).autosave(attempts="4")
    answer = bos.post("step-discard", bos.discard_form, follow=True)
    assert "Nothing was discarded. Somebody else saved this step meanwhile." in text_in(answer)
    assert settings_of(flow)["retry_policy"]["attempts"] == 4
