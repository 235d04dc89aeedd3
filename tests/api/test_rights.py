"""Who may call what: each row is an address and the roles that it answers."""

import re

import pytest
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from integrations.commands import create_integration
from tests.api.calling import ROOT, Program
from tests.cast import allow

EVERYBODY = {"olga", "bo", "opal", "vic"}
BUILDERS = {"olga", "bo"}
RUNNERS = {"olga", "bo", "opal"}
REVIEWERS = {"olga", "opal"}

HARBOUR = "integrations/harbour-bridge/"
FLOW = f"{HARBOUR}flows/job-phases/"
REASON = {"reason": "seen"}
TABLE = [
    ("GET", HARBOUR, None, EVERYBODY),
    ("PATCH", HARBOUR, {"description": "new"}, {"olga"}),
    ("GET", f"{HARBOUR}connections/", None, EVERYBODY),
    ("POST", f"{HARBOUR}connections/", {"connector": "vista", "name": "V", "base_url": "https://v.example"}, BUILDERS),
    ("GET", f"{HARBOUR}connections/{{connection}}/", None, EVERYBODY),
    ("PATCH", f"{HARBOUR}connections/{{connection}}/", {"name": "Vista"}, BUILDERS),
    ("POST", f"{HARBOUR}connections/{{connection}}/test/", None, BUILDERS),
    ("POST", f"{HARBOUR}connections/{{connection}}/try-now/", None, REVIEWERS),
    ("DELETE", f"{HARBOUR}connections/{{connection}}/", None, BUILDERS),
    ("GET", f"{HARBOUR}flows/", None, EVERYBODY),
    ("GET", FLOW, None, EVERYBODY),
    ("PUT", FLOW, {}, BUILDERS),
    ("GET", f"{FLOW}draft/", None, EVERYBODY),
    ("POST", f"{FLOW}publish/", {}, BUILDERS),
    ("GET", f"{FLOW}versions/", None, EVERYBODY),
    ("GET", f"{FLOW}versions/1/", None, EVERYBODY),
    ("POST", f"{FLOW}runs/", {"data": None}, RUNNERS),
    ("GET", f"{HARBOUR}runs/", None, EVERYBODY),
    ("GET", f"{HARBOUR}runs/{{run}}/", None, EVERYBODY),
    ("POST", f"{HARBOUR}runs/{{run}}/cancel/", None, RUNNERS),
    ("POST", f"{HARBOUR}runs/{{run}}/run-again/", None, RUNNERS),
    ("GET", f"{HARBOUR}actions/", None, EVERYBODY),
    ("GET", f"{HARBOUR}actions/{{action}}/", None, EVERYBODY),
    ("POST", f"{HARBOUR}actions/{{action}}/retry/", REASON, REVIEWERS),
    ("POST", f"{HARBOUR}actions/{{action}}/close/", {"status": "Failed", **REASON}, REVIEWERS),
]
WITH_A_LOG_IN = [
    ("GET", "integrations/"),
    ("POST", "integrations/"),
    ("GET", "connectors/"),
    ("GET", "connectors/vista/"),
    ("GET", "connectors/vista/action-paths/"),
    ("GET", "connectors/vista/action-paths/job-cost/phases/add/"),
    ("GET", "connector-imports/1/"),
    ("GET", "schema/"),
    ("POST", "log-out/"),
]
NAMES = [f"{method} {path}" for method, path, *_ in TABLE]
WITHHELD = {401, 403, 404}


@pytest.fixture
def everybody(olga, bo, opal, vic, sam):
    return {user.username: user for user in (olga, bo, opal, vic, sam)}


@pytest.fixture
def address(scene):
    def fill(path: str) -> str:
        return path.format(connection=scene.connection.pk, run=scene.run.pk, action=scene.action.pk)

    return fill


@pytest.mark.parametrize(("method", "path", "body", "allowed"), TABLE, ids=NAMES)
def test_members_may_what_their_role_may(everybody, address, method, path, body, allowed):
    """Those who change nothing come first: what one deletes the next can't read."""
    for name in sorted(EVERYBODY, key=lambda name: name in allowed):
        answer = Program(everybody[name]).call(method, address(path), body)
        if name not in allowed:
            assert answer.status == 403, (name, answer)
            assert "ask an owner for the role" in answer.body["detail"]
        else:
            assert answer.status not in {401, 403}, (name, answer)
            assert answer.status < 500
            if method == "DELETE":
                continue
            assert answer.status != 404, (name, answer)


@pytest.mark.parametrize(("method", "path", "body", "allowed"), TABLE, ids=NAMES)
def test_strangers_learn_nothing(everybody, address, method, path, body, allowed):
    for user, status in ((everybody["sam"], 404), (None, 401)):
        assert Program(user).call(method, address(path), body).status == status
        assert Program(user).call(method, address(path).replace("harbour-bridge", "no-such"), body).status == status


@pytest.mark.parametrize(("method", "path"), WITH_A_LOG_IN)
def test_the_rest_needs_a_log_in(visitor, scene, method, path):
    answer = visitor.call(method, path)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Token")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.body["detail"]


def route_of(path: str) -> str:
    """The pattern behind an address, whatever stands in its {braces}."""
    return resolve(ROOT + re.sub(r"{\w+}", "1", path)).route


def test_every_address_stands_in_a_table(db):
    """The log-in and the import stand alone: their tests follow, and those of test_log_in.py."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    offered = {
        (method.upper(), route_of(path.removeprefix(ROOT)))
        for path, operations in paths.items()
        for method in operations
    }
    named = [*((method, path) for method, path, *_ in TABLE), *WITH_A_LOG_IN]
    listed = {(method, route_of(path)) for method, path in named if path != "schema/"}
    alone = {("POST", route_of("log-in/")), ("POST", route_of("connector-imports/"))}
    assert offered == listed | alone


def test_importing_needs_the_permission_of_django(as_olga, olga):
    assert as_olga.upload("connector-imports/", {}).status == 403
    allow(olga, "connectors.add_connector")
    assert as_olga.upload("connector-imports/", {}).status == 400


def test_one_integration_shows_nothing_of_another(as_olga, olga, scene):
    create_integration(actor=olga, name="Elsewhere")
    for kind, pk in (("connections", scene.connection.pk), ("runs", scene.run.pk), ("actions", scene.action.pk)):
        assert as_olga.get(f"{HARBOUR}{kind}/{pk}/").status == 200
        assert as_olga.get(f"integrations/elsewhere/{kind}/{pk}/").status == 404
    assert as_olga.get("integrations/elsewhere/flows/job-phases/").status == 404
