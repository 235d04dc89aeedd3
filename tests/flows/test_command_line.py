"""run_flow, export_flow, import_flow and flow_schema: what they print, refuse and exit with."""

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from jsonschema import Draft202012Validator

from connectors import exact_json
from flows import lane
from flows.management.commands import run_flow
from flows.models import Flow, Run, Version
from tests.making import (
    action_step,
    expression,
    make_action_path,
    make_connection,
    make_connector,
    make_draft,
    make_flow,
    make_integration,
    map_step,
    retry_policy,
    text,
)

ROOT = Path(__file__).resolve().parent.parent.parent


class Ended(NamedTuple):
    code: int
    out: str
    error: str

    @property
    def json(self):
        return exact_json.loads(self.out)


def manage(name, *words) -> Ended:
    """What manage.py would print and exit with."""
    out = io.StringIO()
    try:
        call_command(name, *words, stdout=out)
    except CommandError as error:
        return Ended(error.returncode, out.getvalue(), str(error))
    except SystemExit as end:
        return Ended(int(end.code or 0), out.getvalue(), "")
    return Ended(0, out.getvalue(), "")


@pytest.fixture
def flow(integration):
    return make_flow(integration, map_step(), name="Copy phases")


@pytest.fixture
def file(tmp_path):
    def write(content) -> str:
        path = tmp_path / "given.json"
        path.write_bytes(content if isinstance(content, bytes) else exact_json.to_bytes(content))
        return str(path)

    return write


@pytest.fixture
def stdin(monkeypatch):
    def give(content: bytes) -> str:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        return "-"

    return give


@pytest.fixture
def worker(monkeypatch):
    """Works whenever the command looks whether the run has ended."""
    monkeypatch.setattr(
        run_flow, "time", SimpleNamespace(monotonic=run_flow.time.monotonic, sleep=lambda _: lane.work())
    )


# run_flow


def test_a_started_run_is_printed_as_json(flow, file):
    ended = manage("run_flow", "copy-phases", "--data", file([{"code": "03-100"}]))
    run = Run.objects.get()
    assert (ended.code, ended.json["id"], ended.json["status"]) == (0, run.pk, "Queued")
    assert ended.json["steps"] == [{"id": "map", "name": "Map", "status": None, "output": None, "message": ""}]
    assert (run.trigger_data, run.trigger_event["kind"]) == ([{"code": "03-100"}], "command")


def test_waiting_prints_the_end_and_exits_with_0_on_success(flow, file, worker):
    ended = manage("run_flow", "copy-phases", "--data", file([1, 2]), "--wait")
    assert (ended.code, ended.json["status"], ended.json["steps"][0]["output"]) == (0, "Success", [{}, {}])


def test_waiting_exits_with_1_on_every_other_end(integration, worker):
    make_flow(integration, map_step(list_expression="flow.trigger.data.nothing.at.all"), name="Broken")
    ended = manage("run_flow", "broken", "--wait")
    assert (ended.code, ended.json["status"] in {"Failed", "Exception"}) == (1, True)
    assert ended.json["message"]


def test_waiting_no_longer_than_the_timeout_exits_with_1(flow):
    ended = manage("run_flow", "copy-phases", "--wait", "--timeout", "0.05")
    assert (ended.code, ended.json["status"]) == (1, "Queued")


def test_data_come_from_standard_input_with_every_digit(integration, stdin, worker):
    make_flow(integration, map_step(price=expression("flow.mapItem().price")), name="Prices")
    source = stdin(b'[{"price": 0.10}, {"price": 12345678901234567890}]')
    ended = manage("run_flow", "prices", "--data", source, "--wait")
    assert '"price": 0.10\n' in ended.out
    assert '"price": 12345678901234567890\n' in ended.out


def test_without_data_the_trigger_has_null(flow):
    manage("run_flow", "copy-phases")
    assert Run.objects.get().trigger_data is None


def test_an_unknown_flow_is_answered_with_those_there_are(flow):
    ended = manage("run_flow", "copy-fazes")
    assert (ended.code, ended.error) == (1, "There is no flow copy-fazes. There are: copy-phases.")


def test_a_slug_of_two_integrations_must_be_told_apart(flow, integration):
    make_flow(make_integration("Elsewhere"), map_step(), name="Copy phases")
    ended = manage("run_flow", "copy-phases")
    assert ended.code == 1
    assert f"name one of: elsewhere/copy-phases, {integration.slug}/copy-phases" in ended.error
    assert manage("run_flow", "elsewhere/copy-phases").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[\n  {"code": }\n]', "is no JSON: line 2, column 12"),
        (b"", "is no JSON: line 1, column 1"),
        (b"\xff\xfe", "is no JSON: byte 1: the text is not UTF-8"),
        (b'"' + b"x" * 6_000_000 + b'"', "a run takes up to 5 MB"),
    ],
)
def test_data_that_can_not_be_taken_are_refused(flow, file, content, said):
    ended = manage("run_flow", "copy-phases", "--data", file(content))
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.error
    assert not Run.objects.exists()


def test_a_file_that_is_not_there_is_named(flow, tmp_path):
    for command, words in (("run_flow", ("copy-phases", "--data")), ("import_flow", ())):
        missing = manage(command, *words, str(tmp_path / "no.json"))
        assert (missing.code, missing.error) == (1, f"{tmp_path}/no.json can't be read: No such file or directory.")
        assert manage(command, *words, str(tmp_path)).error.endswith("can't be read: Is a directory.")


def test_data_that_the_trigger_refuses_are_named_place_by_place(integration, file):
    schema = {"type": "object", "properties": {"code": {"type": "string"}, "budget": {"type": "number"}}}
    make_flow(integration, map_step(), trigger={"kind": "on_demand", "input_schema": schema}, name="Checked")
    ended = manage("run_flow", "checked", "--data", file({"code": 5, "budget": "12,500.50"}))
    assert ended.code == 1
    assert [line.partition(":")[0] for line in ended.error.splitlines()] == ["data.code", "data.budget"]


def test_a_flow_that_can_not_run_says_why(integration, flow):
    make_draft(integration, map_step(), name="Only a draft")
    assert "Publish it" in manage("run_flow", "only-a-draft").error
    Flow.objects.filter(pk=flow.pk).update(is_active=False)
    assert "switched off" in manage("run_flow", "copy-phases").error


# export_flow and import_flow


@pytest.fixture
def sending(integration):
    """A flow with most of what a file can say."""
    connection = make_connection(integration, make_connector("Vista"), name="Vista north")
    path = make_action_path(connection.connector, key="job-cost/phases/add")
    properties = {
        "code": expression("flow.mapItem().code"),
        "description": text("Größe 寸法 🏗 <&>\n"),
        "budget": text("0.10", include=False),
    }
    steps = [
        map_step(list_expression="flow.trigger.data", code=expression("flow.mapItem().code")),
        action_step(
            connection,
            path,
            properties=properties,
            retry_policy=retry_policy(error_condition='flow.mapItem().result?.code === "503"'),
            run_condition={"step": "map", "status": "succeeded"},
        ),
    ]
    schema = {"type": "array", "items": {"properties": {"budget": {"minimum": 0.10, "maximum": 12345678901234567890}}}}
    schema = exact_json.loads(exact_json.dumps(schema).replace("0.1,", "0.10,"))
    return make_flow(integration, *steps, trigger={"kind": "webhook", "input_schema": schema}, name="Send phases")


def test_export_import_export_gives_the_same_bytes(sending, file):
    first = manage("export_flow", "send-phases").out
    elsewhere = make_integration("Elsewhere")
    connection = sending.integration.connections.get()
    make_connection(elsewhere, connection.connector, name=connection.name)
    imported = manage("import_flow", file(first.encode()), "--integration", "elsewhere")
    assert (imported.code, imported.out) == (0, "Imported Send phases into Elsewhere and published as version 1.\n")
    assert manage("export_flow", "elsewhere/send-phases").out == first
    assert '"minimum": 0.10,' in first
    assert "Größe 寸法 🏗 <&>" in first


def test_importing_again_makes_the_next_version_of_the_same_flow(sending, file):
    first = manage("export_flow", "send-phases").out
    changed = first.replace('"minimum": 0.10', '"minimum": 0.20')
    assert "as version 2" in manage("import_flow", file(changed.encode())).out
    assert manage("export_flow", "send-phases").out == changed
    assert (Flow.objects.count(), Version.objects.count()) == (1, 2)


def test_importing_what_is_published_already_makes_no_version(sending, file):
    first = manage("export_flow", "send-phases").out
    changed = first.replace('"description": ""', '"description": "Every night"')
    assert "as version 1" in manage("import_flow", file(changed.encode())).out
    assert manage("export_flow", "send-phases").out == changed
    assert Version.objects.count() == 1


def test_a_file_holds_no_secret(sending):
    exported = manage("export_flow", "send-phases").out
    assert sending.webhook_secret not in exported
    assert exact_json.loads(exported)["steps"][1]["settings"]["connection"] == "Vista north"


def test_a_draft_is_exported_and_imported_as_one(integration, flow, file):
    document = exact_json.loads(manage("export_flow", "copy-phases").out) | {"description": "Newer"}
    assert "as a draft" in manage("import_flow", file(document), "--draft").out
    document["steps"].append(map_step("later"))
    manage("import_flow", file(document), "--draft")
    assert manage("export_flow", "copy-phases", "--draft").json == document
    assert [step["id"] for step in manage("export_flow", "copy-phases").json["steps"]] == ["map"]
    assert Version.objects.count() == 1


def test_a_file_comes_from_standard_input(integration, flow, stdin):
    assert manage("import_flow", stdin(manage("export_flow", "copy-phases").out.encode())).code == 0


def test_the_integration_must_be_said_when_there_are_several(flow, file, integration):
    document = manage("export_flow", "copy-phases").json
    make_integration("Elsewhere")
    assert "Say which integration with --integration SLUG" in manage("import_flow", file(document)).error
    unknown = manage("import_flow", file(document), "--integration", "nowhere")
    assert unknown.error == f"There is no integration nowhere. There are: elsewhere, {integration.slug}."


def settings_of(document):
    return document["steps"][1]["settings"]


WRONG = {
    "newer format": (lambda d: d.update(format_version=2), "format_version", "reads up to 1. Upgrade it"),
    "another format": (lambda d: d.update(format="recipe"), "format", "this is no flow file"),
    "unknown step kind": (lambda d: d["steps"][0].update(kind="email"), "steps[0].kind", "the kinds are"),
    "repeated id": (lambda d: d["steps"][1].update(id="map"), "steps[1].id", "give each step an id of its own"),
    "condition on a missing step": (
        lambda d: d["steps"][1]["run_condition"].update(step="nap"),
        "steps[1].run_condition.step",
        "there is no earlier step nap",
    ),
    "expression on a missing step": (
        lambda d: settings_of(d)["properties"].update(code=expression('flow.step("nap").output[0].code')),
        "steps[1].settings.properties.code",
        "nap",
    ),
    "unknown connector": (
        lambda d: settings_of(d).update(connector="sap"),
        "steps[1].settings.connector",
        'no connection for a connector "sap"; add one, or choose another',
    ),
    "missing connection": (
        lambda d: settings_of(d).update(connection="Vista south"),
        "steps[1].settings.connection",
        'no connection "Vista south" for this connector. There is: Vista north.',
    ),
    "unknown action path": (
        lambda d: settings_of(d).update(action_path="job-cost/phases/burn"),
        "steps[1].settings.action_path",
        "choose another",
    ),
    "attempts out of range": (
        lambda d: settings_of(d)["retry_policy"].update(attempts=9),
        "steps[1].settings.retry_policy.attempts",
        "5",
    ),
    "missing field": (lambda d: d.pop("trigger"), "trigger", "missing"),
    "half a character": (lambda d: d.update(name="\ud800"), "name", "no database takes"),
}


@pytest.mark.parametrize(("change", "place", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_its_places_and_nothing_is_saved(sending, file, change, place, said):
    document = manage("export_flow", "send-phases").json | {"name": "New", "slug": "new"}
    change(document)
    ended = manage("import_flow", file(document))
    assert (ended.code, ended.out) == (1, "")
    assert ended.error.startswith("Nothing was imported from ")
    assert any(line.startswith(f"  {place}: ") and said in line for line in ended.error.splitlines()), ended.error
    assert (Flow.objects.count(), Version.objects.count()) == (1, 1)


def test_a_deleted_action_path_is_named(sending, file):
    exported = manage("export_flow", "send-phases").out.encode()
    sending.integration.connections.get().connector.action_paths.update(removed_at=timezone.now())
    ended = manage("import_flow", file(exported))
    assert "steps[1].settings.action_path: " in ended.error
    assert "is gone from the connector's last imported document; choose another" in ended.error
    assert Version.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{\n  "format": "throughline-flow",\n}', "line 2, column 31"),
        (b"[" * 100_000, "nested more than 200 levels deep"),
        (b"[]", "this is no flow file"),
        (b"null", "this is no flow file"),
    ],
)
def test_what_is_no_flow_file_is_refused(integration, file, content, said):
    ended = manage("import_flow", file(content))
    assert ended.code == 1
    assert said in ended.error


def test_a_flow_of_six_megabytes_is_refused(integration, flow, file):
    document = manage("export_flow", "copy-phases").json
    document["steps"][0]["settings"]["properties"] = {"long": text("x" * 6_000_000)}
    ended = manage("import_flow", file(document))
    assert (ended.code, "may have 5 MB at most" in ended.error) == (1, True)
    assert Version.objects.count() == 1


def test_a_name_that_another_flow_has_changes_nothing(integration, flow, file):
    make_flow(integration, map_step(), name="Taken")
    document = manage("export_flow", "copy-phases").json | {"name": "Taken", "description": "changed"}
    assert "choose another name" in manage("import_flow", file(document)).error
    flow.refresh_from_db()
    assert (flow.name, flow.description, flow.published.number) == ("Copy phases", "", 1)


# flow_schema


def test_the_schema_is_one_and_takes_what_export_writes(sending):
    schema = manage("flow_schema").json
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(manage("export_flow", "send-phases").json)
    assert not Draft202012Validator(schema).is_valid({"format": "throughline-flow"})


# The real thing


@pytest.mark.stack
def test_a_mistake_is_one_line_on_standard_error_and_exit_code_1(tmp_path):
    environment = os.environ | {
        "VAR_DIR": str(tmp_path),
        "LOCAL": "true",
        "DJANGO_SETTINGS_MODULE": "integrations.settings",
    }
    environment.pop("DATABASE_URL", None)

    def run(*words):
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)

    assert run("migrate", "--verbosity", "0").returncode == 0
    ended = run("run_flow", "copy-phases")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip() == "CommandError: There is no flow copy-phases. There are: none yet."
    assert "throughline-flow" in run("flow_schema").stdout
