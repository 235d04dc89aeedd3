"""The properties of a step: found among many, checked while they are edited, and moved where they belong."""

import pytest
from django.urls import reverse

from tests.cast import client_of, make_action_path, make_connection, make_connector
from tests.making import action_step, expression, make_draft, map_step, text
from tests.pages.forms import controls_of

MANY = {
    "type": "object",
    "required": ["name", "price"],
    "properties": {
        "name": {"type": "string", "title": "Product name", "description": "What customers see."},
        "price": {"type": "number", "minimum": 0},
        "kind": {"enum": ["physical", "digital"]},
        "supplier": {
            "type": "object",
            "required": ["iban"],
            "properties": {"iban": {"type": "string", "description": "Their bank account."}},
        },
        **{f"extra_{number}": {"type": "string"} for number in range(20)},
    },
}


@pytest.fixture
def connection(harbour):
    return make_connection(harbour, make_connector())


@pytest.fixture
def create(connection):
    return make_action_path(connection.connector, "products/products/create", input_schema=MANY, parameters=[])


@pytest.fixture
def draft(harbour, connection, create):
    """A draft whose only step creates a product from these properties."""

    def made(*before, **properties):
        return make_draft(harbour, *before, action_step(connection, create, "send", properties=properties))

    return made


def address_of(flow, step="send"):
    return reverse("step-edit", kwargs={"integration": flow.integration.slug, "flow": flow.slug, "step": step})


def page_of(user, flow, step="send"):
    return client_of(user).get(address_of(flow, step)).content.decode()


def test_many_properties_come_with_a_box_to_find_one_and_an_outline(bo, draft):
    page = page_of(bo, draft(name=text("Chair")))
    assert 'aria-label="Find a property"' in page
    assert 'href="#settings.properties.price:row"' in page
    assert 'id="settings.properties.price:row" data-filter="price' in page
    assert 'data-filter="name Product name What customers see."' in page


def test_a_few_properties_need_neither(bo, harbour):
    page = page_of(bo, make_draft(harbour, map_step("map", code=text("1"))), "map")
    assert "Find a property" not in page


def test_a_constant_that_breaks_the_schema_stands_in_the_way_of_publishing_with_a_link_to_its_field(bo, draft):
    flow = draft(name=text("Chair"), price=text("cheap"), kind=text(""))
    url = {"integration": flow.integration.slug, "flow": flow.slug}
    client = client_of(bo)
    client.post(reverse("flow-publish", kwargs=url), {"draft_revision": flow.draft_revision})
    flow.refresh_from_db()
    assert flow.published is None
    page = client.get(reverse("flow-detail", kwargs=url)).content.decode()
    for name in ("price", "kind"):
        assert f'href="{address_of(flow)}#settings.properties.{name}"' in page
    assert "Give price another value, or an expression: it must be a number, but is the text &quot;cheap&quot;." in page


def test_a_missing_property_inside_a_group_is_named_with_its_group(bo, draft):
    group = {"mode": "object", "properties": {}}
    page = page_of(bo, draft(name=text("Chair"), price=expression("flow.trigger.data"), supplier=group))
    assert "give supplier.iban a value: it is missing." in page


def press(user, flow, operation, **changes):
    form = controls_of(page_of(user, flow), "step-form")
    return client_of(user).post(address_of(flow), {**form, **changes, "op": operation}, follow=True)


def test_a_hard_coded_value_moves_to_a_map_step_with_what_was_typed_meanwhile(bo, draft):
    flow = draft(name=text("Chair"), price=text("12.50"))
    answer = press(bo, flow, "move-to-map:/.price", **{"value:/.name": "Table"})
    assert "The value is the property price of the step Fixed values now" in answer.content.decode()
    flow.refresh_from_db()
    made, action = flow.draft["steps"]
    assert made["settings"]["properties"] == {"price": expression("12.50")}
    assert action["settings"]["properties"] == {
        "name": text("Table"),
        "price": expression('flow.step("fixed-values").output[0].price'),
    }


def test_a_value_that_cannot_move_stays_with_what_was_typed(bo, draft):
    flow = draft(name=text("Chair"), price=text("12345678901234567890"))
    answer = press(bo, flow, "move-to-map:/.price", **{"value:/.name": "Table"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "more digits than an expression keeps; leave it here." in page
    assert "Table</textarea>" in page
    flow.refresh_from_db()
    assert flow.draft["steps"][0]["settings"]["properties"]["name"] == text("Chair")


def test_a_value_moves_only_in_the_step_that_was_seen(bo, draft):
    flow = draft(name=text("Chair"), price=text("12.50"))
    answer = press(bo, flow, "move-to-map:/.price", step_seen="of another save")
    flow.refresh_from_db()
    assert (answer.status_code, len(flow.draft["steps"])) == (422, 1)


def test_another_action_path_takes_along_what_was_filled_in_and_nothing_else(bo, draft, connection):
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": False}
    rename = make_action_path(connection.connector, "products/products/rename", input_schema=schema, parameters=[])
    flow = draft(name=text("Chair"), price=expression(""), kind=text(""), extra_1=text("oak"))
    press(bo, flow, "save", action_path=rename.key)
    flow.refresh_from_db()
    properties = flow.draft["steps"][0]["settings"]["properties"]
    assert {name: value["value"] for name, value in properties.items()} == {"name": "Chair", "extra_1": "oak"}


@pytest.mark.parametrize("path", ["", "/.gone", "/.kind", "no path"])
def test_a_place_without_a_hard_coded_value_moves_nothing(path, bo, draft):
    flow = draft(name=text("Chair"))
    assert press(bo, flow, f"move-to-map:{path}").status_code == 422
    flow.refresh_from_db()
    assert len(flow.draft["steps"]) == 1


def test_the_hint_stands_beside_texts_and_not_beside_choices_or_in_map_steps(bo, draft):
    flow = draft(map_step("map", code=text("1")), name=text("Chair"), kind=text("digital"))
    page = page_of(bo, flow)
    assert 'value="move-to-map:/.name"' in page
    assert 'value="move-to-map:/.kind"' not in page
    assert "move-to-map" not in page_of(bo, flow, "map")


def words_of(user, connection, slug=""):
    known = {"integration": connection.integration.slug, "connector": slug or connection.connector.slug}
    return client_of(user).get(reverse("action-path-words", kwargs=known))


def test_an_action_path_is_searched_by_its_method_its_path_and_what_is_said_about_it(bo, connection, create):
    create.method, create.path, create.description = "POST", "/api/products", "Adds to the catalogue."
    create.save()
    (found,) = words_of(bo, connection).json().values()
    assert found == ["POST", "/api/products", f"{create.summary} Adds to the catalogue.".strip()]


@pytest.mark.parametrize(("who", "expected"), [("bo", 200), ("vic", 403), ("sam", 404)])
def test_who_may_see_what_a_connector_offers(who, expected, connection, request):
    assert words_of(request.getfixturevalue(who), connection).status_code == expected


def test_a_connector_without_a_connection_here_offers_nothing(bo, connection):
    make_connector(slug="other", name="Other")
    assert words_of(bo, connection, "other").status_code == 404


def test_the_documents_of_an_action_path_open_beside_the_form_or_in_a_new_tab(bo, draft):
    page = page_of(bo, draft(name=text("Chair")))
    for name in ("JSON schema", "OpenAPI documentation"):
        assert f'target="_blank" data-beside>{name}</a>' in page


def describe(user, flow, example):
    url = reverse("flow-trigger", kwargs={"integration": flow.integration.slug, "flow": flow.slug})
    page = client_of(user).get(url).content.decode()
    return client_of(user).post(url, {**controls_of(page), "op": "describe", "example": example})


def test_the_input_schema_of_a_trigger_is_made_from_an_example_and_not_saved_yet(bo, draft):
    flow = draft(name=text("Chair"))
    answer = describe(bo, flow, '{"job": {"code": "P-1"}}')
    assert answer.status_code == 200
    assert '"P-1"' in controls_of(answer.content.decode())["input_schema"]
    flow.refresh_from_db()
    assert flow.draft["trigger"]["input_schema"] is None


def test_an_example_that_is_no_json_is_refused_beside_its_field_and_kept(bo, draft):
    answer = describe(bo, draft(name=text("Chair")), '{"job": ')
    assert answer.status_code == 422
    assert controls_of(answer.content.decode())["example"] == '{"job": '
