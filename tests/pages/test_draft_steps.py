"""The steps of a draft on the page of the flow: order, undo, copy and paste, and what publishing will change."""

import re

import pytest
from django.urls import reverse

from connectors import exact_json
from flows.commands.flows import publish, save_draft
from flows.commands.kept_steps import KEPT_LIMIT
from integrations.models import Role
from tests.cast import (
    PASSWORD,
    client_of,
    make_action_path,
    make_connection,
    make_connector,
    make_integration,
)
from tests.making import action_step, expression, make_draft, make_flow, map_step, text
from tests.pages.forms import controls_of

pytestmark = pytest.mark.django_db
CAST = ("sam", "vic", "bo", "opal", "olga")
# For strangers, viewers, builders, operators and owners.
WRITE = {
    "step-put-back": (404, 403, 302, 403, 302),
    "step-copy": (404, 403, 302, 403, 302),
    "step-paste": (404, 403, 302, 403, 302),
}


@pytest.fixture
def flow(harbour):
    uses_b = map_step("c", x=expression('flow.step("b").output'))
    return make_flow(harbour, map_step("a"), map_step("b"), uses_b, name="Phases")


@pytest.fixture
def bos(bo):
    return client_of(bo)


def url(name, flow, **more):
    return reverse(name, kwargs={"integration": flow.integration.slug, "flow": flow.slug, **more})


def post(client, name, flow, values=None, **more):
    """What the page of the flow, as it is now, would send."""
    flow.refresh_from_db()
    return client.post(url(name, flow, **more), {"draft_revision": flow.draft_revision, **(values or {})}, follow=True)


def ids(flow):
    flow.refresh_from_db()
    return "".join(step["id"] for step in flow.draft["steps"])


def text_in(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def kept_key(answer):
    return re.search(r'name="key" value="(\w+)"', answer.content.decode())[1]


def change(flow, *steps):
    flow.refresh_from_db()
    save_draft(actor=None, flow=flow, draft={**flow.draft, "steps": list(steps)}, revision=flow.draft_revision)


# Who may.


@pytest.mark.parametrize("name", WRITE)
def test_who_may_write(name, flow, sam, vic, bo, opal, olga):
    more = {"step": "a"} if name == "step-copy" else {}
    people = (sam, vic, bo, opal, olga)
    sent = {"position": "0", "draft_revision": flow.draft_revision}
    assert [client_of(who).post(url(name, flow, **more), sent).status_code for who in people] == list(WRITE[name])


def test_who_may_read_a_step_as_a_document(flow, sam, vic, bo, opal, olga):
    people = (sam, vic, bo, opal, olga)
    answers = [client_of(who).get(url("step-document", flow, step="a")).status_code for who in people]
    assert answers == [404, 403, 200, 403, 200]


def test_a_steps_address_survives_the_log_in(flow, bo):
    visitor, address = client_of(None), url("step-edit", flow, step="b")
    sent_to = visitor.get(address).url
    answer = visitor.post(sent_to, {"username": "bo", "password": PASSWORD})
    assert answer.url == address


def test_the_page_offers_each_steps_full_address(bos, flow):
    page = bos.get(url("flow-detail", flow)).content.decode()
    assert f'<copy-button text="http://testserver{url("step-edit", flow, step="b")}">' in page


# Order.


@pytest.mark.parametrize(("step", "position", "order"), [("c", 0, "cab"), ("a", 2, "bca"), ("b", 1, "abc")])
def test_a_dropped_step_stands_where_it_was_dropped(step, position, order, bos, flow):
    post(bos, "step-move", flow, {"position": position}, step=step)
    assert ids(flow) == order


def test_a_drop_on_a_page_that_is_no_longer_true_changes_nothing_and_says_so(bos, flow):
    stale = {"position": 0, "draft_revision": flow.draft_revision - 1}
    assert "saved this flow meanwhile" in text_in(post(bos, "step-move", flow, stale, step="c"))
    assert ids(flow) == "abc"


def test_somebody_who_types_into_a_step_stands_in_nobodys_way(bos, flow):
    """A form that saves itself changes the draft every few seconds, and the order of steps never."""
    form = controls_of(bos.get(url("flow-detail", flow)).content.decode())
    change(flow, map_step("a", typed=text("meanwhile")), *flow.draft["steps"][1:])
    bos.post(url("step-move", flow, step="c"), {**form, "position": "0"})
    assert ids(flow) == "cab"
    assert flow.draft["steps"][1]["settings"]["properties"] == {"typed": text("meanwhile")}


@pytest.mark.parametrize("position", ["", "-1", "x", "9" * 99])
def test_a_place_that_is_none_is_not_found(position, bos, flow):
    assert post(bos, "step-move", flow, {"position": position}, step="c").status_code == 404


def test_each_plus_sign_says_where_its_step_will_stand(bos, flow):
    said = text_in(bos.get(url("flow-detail", flow)))
    for place in ("between the trigger and A", "between A and B", "between B and C", "after C"):
        assert f"New step {place}" in said


# Undo.


def test_a_deleted_step_goes_at_once_and_comes_back_with_its_settings(bos, flow):
    before = flow.draft
    answer = post(bos, "step-delete", flow, step="b")
    assert ids(flow) == "ac"
    assert "Deleted B . Undo" in text_in(answer)
    assert "1 place still refers to B" in text_in(answer)
    assert "there is no step b" in text_in(answer)
    post(bos, "step-put-back", flow, {"key": kept_key(answer)})
    flow.refresh_from_db()
    assert flow.draft == before


def test_undo_finds_the_place_again_after_other_edits(bos, flow):
    key = kept_key(post(bos, "step-delete", flow, step="b"))
    change(flow, map_step("new"), map_step("a"), map_step("newer"), map_step("c"))
    post(bos, "step-put-back", flow, {"key": key})
    assert ids(flow) == "newabnewerc"


def test_undo_is_still_offered_when_one_comes_back_later(bos, flow):
    post(bos, "step-delete", flow, step="b")
    post(bos, "step-delete", flow, step="a")
    answer = bos.get(url("flow-detail", flow))
    assert "2 steps to put back A , deleted Put back A B , deleted" in text_in(answer)


def test_a_step_that_comes_back_leaves_the_id_to_who_has_it_by_now(bos, flow):
    key = kept_key(post(bos, "step-delete", flow, step="b"))
    change(flow, map_step("a"), map_step("b"), map_step("c"))
    assert "Its id is b-2 now" in text_in(post(bos, "step-put-back", flow, {"key": key}))
    assert ids(flow) == "ab-2bc"


def test_a_step_is_put_back_once(bos, flow):
    key = kept_key(post(bos, "step-delete", flow, step="b"))
    post(bos, "step-put-back", flow, {"key": key})
    assert "was put back already" in text_in(post(bos, "step-put-back", flow, {"key": key}))
    assert ids(flow) == "abc"


def test_what_one_person_deleted_is_kept_for_that_person_and_flow(bos, flow, olga, harbour):
    key = kept_key(post(bos, "step-delete", flow, step="b"))
    assert "no longer kept" in text_in(post(client_of(olga), "step-put-back", flow, {"key": key}))
    other = make_draft(harbour, name="Other")
    assert "no longer kept" in text_in(post(bos, "step-put-back", other, {"key": key}))


def test_a_delete_that_was_refused_offers_no_undo(bos, flow):
    answer = post(bos, "step-delete", flow, {"draft_revision": 1}, step="b")
    assert ids(flow) == "abc"
    assert "to put back" not in text_in(answer)


def test_the_newest_steps_are_kept(bos, harbour):
    flow = make_draft(harbour, *(map_step(f"s{number}") for number in range(KEPT_LIMIT + 2)), name="Long")
    for number in range(KEPT_LIMIT + 2):
        answer = post(bos, "step-delete", flow, step=f"s{number}")
    assert f"{KEPT_LIMIT} steps to put back S{KEPT_LIMIT + 1} , deleted" in text_in(answer)


# Copy and paste.


@pytest.fixture
def elsewhere(bo):
    """Another integration of bo, with nothing in it."""
    integration = make_integration("Elsewhere")
    integration.memberships.create(user=bo, role=Role.BUILDER)
    return integration


def test_a_step_is_copied_within_its_flow_under_an_id_of_its_own(bos, flow):
    post(bos, "step-copy", flow, step="c")
    assert "Paste C" in text_in(bos.get(url("flow-detail", flow)))
    assert "C is pasted." in text_in(post(bos, "step-paste", flow, {"position": 3}))
    assert ids(flow) == "abcc-2"
    assert flow.draft["steps"][3]["settings"] == flow.draft["steps"][2]["settings"]


def test_pasted_before_what_it_refers_to_it_says_what_does_not_fit(bos, flow):
    post(bos, "step-copy", flow, step="c")
    said = text_in(post(bos, "step-paste", flow, {"position": 0}))
    assert "C is pasted. 1 setting does not fit here and is marked below." in said
    assert "there is no step b" in said


def test_a_step_goes_to_a_flow_of_another_integration_with_its_connection_by_name(bos, harbour, elsewhere):
    vista = make_connection(harbour, make_connector("Vista sample"))
    properties = {"jobNumber": text("1"), "phaseCode": text("03")}
    step = action_step(vista, make_action_path(vista.connector), properties=properties)
    source, target = make_draft(harbour, step, name="Source"), make_draft(elsewhere, name="Target")
    post(bos, "step-copy", source, step="send")
    said = text_in(post(bos, "step-paste", target, {"position": 0}))
    assert "Send is pasted. 1 setting does not fit here" in said
    assert "the integration has no connection for a connector &quot;vista-sample&quot;" in said
    make_connection(elsewhere, vista.connector)
    assert "no connection for a connector" not in text_in(bos.get(url("flow-detail", target)))
    target.refresh_from_db()
    assert target.draft["steps"] == [step]


def test_the_document_of_a_step_pastes_in_an_installation_that_never_copied_it(bos, flow, elsewhere):
    document = bos.get(url("step-document", flow, step="a")).content.decode()
    target = make_draft(elsewhere, name="Target")
    post(bos, "step-paste", target, {"position": 0, "text": document})
    target.refresh_from_db()
    assert target.draft["steps"] == [flow.draft["steps"][0]]
    assert exact_json.loads(document)["format"] == "throughline-step"


@pytest.mark.parametrize("pasted", ["{", "[1]", '{"format": "throughline-step", "format_version": 1, "step": {}}'])
def test_what_is_no_step_is_not_pasted_and_the_page_says_why(pasted, bos, flow):
    assert "Nothing was pasted." in text_in(post(bos, "step-paste", flow, {"position": 0, "text": pasted}))
    assert ids(flow) == "abc"


def test_with_an_empty_clipboard_the_page_says_what_to_do_first(bos, flow):
    assert "Press Copy on a step first" in text_in(post(bos, "step-paste", flow, {"position": 0}))


# What publishing will change.


def test_before_publishing_one_reads_what_changed_since_the_last_version(bos, flow):
    change(flow, map_step("a"), {**map_step("b"), "name": "Split by unit"}, *flow.draft["steps"][2:])
    said = text_in(bos.get(url("flow-detail", flow)))
    assert "What changed since version 1 Step Split by unit Renamed; it was B" in said
    assert "Publish version 2" in said


def test_a_draft_that_holds_what_was_published_is_not_offered_for_publishing(bos, flow):
    change(flow, *flow.draft["steps"])
    said = text_in(bos.get(url("flow-detail", flow)))
    assert "The draft is what version 1 holds." in said
    assert "Publish version" not in said


def test_a_draft_that_differs_in_what_no_run_uses_says_so_and_can_be_published(bos, flow):
    kept = {"mode": "expression", "value": 'flow.step("b").output', "items": []}
    change(flow, *flow.draft["steps"][:2], map_step("c", x=kept))
    said = text_in(bos.get(url("flow-detail", flow)))
    assert "A run would do the same as with version 1" in said
    assert "Publish version 2" in said


def test_a_version_says_what_changed_since_the_one_before(bos, flow):
    change(flow, map_step("a"), map_step("b"))
    publish(actor=None, flow=flow)
    said = text_in(bos.get(url("flow-version", flow, number=2)))
    assert "What changed since version 1 Step C Deleted" in said
    assert "What changed since" not in text_in(bos.get(url("flow-version", flow, number=1)))


def test_what_stands_in_the_way_of_publishing_is_named_and_linked(bos, flow):
    page = post(bos, "step-delete", flow, step="b").content.decode()
    link = f'<a href="{url("step-edit", flow, step="c")}#settings.properties.x">C &gt; x</a>'
    assert link in page
