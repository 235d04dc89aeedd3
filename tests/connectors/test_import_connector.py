"""`manage.py import_connector`: from a file, standard input or an address; a report or one clear line."""

import io
import json
import sys
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from connectors.models import Connector
from tests.connectors.openapi.making import DOCUMENTS
from tests.connectors.servers import answering, reply, serve
from tests.servers import PATIENCE

pytestmark = pytest.mark.django_db

HOSTILE = DOCUMENTS / "hostile.yaml"
JOB_COST = DOCUMENTS / "job-cost.yaml"


def told(*arguments):
    output = io.StringIO()
    call_command("import_connector", *map(str, arguments), stdout=output)
    return output.getvalue()


def refusal(*arguments):
    with pytest.raises(CommandError) as error:
        told(*arguments)
    assert "\n" not in str(error.value)
    assert not Connector.objects.exists()
    return str(error.value)


def test_the_report_as_json():
    report = json.loads(told(HOSTILE, "--name", "Hostile", "--json"))

    assert list(report) == ["connector", "action_paths", "skipped", "seconds", "added", "changed", "removed"]
    assert report["connector"] == "Hostile"
    assert report["action_paths"] == 1
    assert {"operation", "reason"} == report["skipped"][0].keys()
    assert len(report["skipped"]) == 9
    assert 0 < report["seconds"] < PATIENCE
    assert report["added"] == ["Good > Good > Get the good"]


def test_the_report_in_words():
    text = told(HOSTILE, "--name", "Hostile")

    assert "Hostile: 1 action paths" in text
    assert "1 added, 0 changed, 0 removed" in text
    assert "POST /xml: " in text


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(JOB_COST.read_bytes())))
    told("-", "--name", "Job cost", "--base-url", "https://jobs.example.com")

    assert Connector.objects.get().base_url == "https://jobs.example.com"
    assert Connector.objects.get().source == "standard input"


def test_an_address():
    with serve(answering(reply(JOB_COST.read_bytes()))) as address:
        told(address, "--name", "Job cost")

    assert Connector.objects.get().source == address


@pytest.mark.parametrize("size", [32 * 1024 * 1024 + 1, 40 * 1024 * 1024])
def test_a_file_that_is_too_large(tmp_path, size):
    path = tmp_path / "large.json"
    path.write_bytes(b" " * size)

    assert "at most 32 MB" in refusal(path, "--name", "Large")


def test_what_cannot_be_read_or_taken_gives_one_line(tmp_path):
    assert "No such file" in refusal(tmp_path / "missing.json", "--name", "Missing")
    assert "Is a directory" in refusal(tmp_path, "--name", "Folder")
    assert "must begin with https://" in refusal(JOB_COST, "--name", "Job cost", "--base-url", "jobs")
    with serve(answering(reply(status="404 Not Found"))) as address:
        assert "404" in refusal(address, "--name", "Gone")
