"""`manage.py evaluate`, for scripts and support."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.servers import ROOT

DATA = """{
    "trigger": {"data": {"id": 12345678901234567890, "lines": [{"a": 1}, {"a": 2}]}, "event": {"kind": "webhook"}},
    "steps": {"look-up": {"output": {"n": 1}}}, "config": {"Company": "1"}, "mapItem": {"q": 5}
}"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.json"
    path.write_text(DATA)
    return path


def test_one_expression_gives_one_line(capsys, data):
    call_command("evaluate", "_.sumBy(flow.trigger.data.lines, 'a') + flow.mapItem().q", data=data)
    assert json.loads(capsys.readouterr().out) == {"value": 8}


def test_each_line_of_standard_input_gives_one_line(capsys, monkeypatch, data):
    lines = ["flow.trigger.data.id", "flow.config.Company + '!'", "", "flow.trigger.data.absent", "1 +"]
    give(monkeypatch, ("\r\n".join(lines) + "\r\n").encode())
    call_command("evaluate", "-", data=data)
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[:2] == [{"value": 12345678901234567890}, {"value": "1!"}]
    assert answers[2]["error"] == "the expression is empty"
    assert answers[3] == {"value": None, "undefined": True}
    assert (answers[4]["line"], answers[4]["column"]) == (1, 4)


def test_a_line_that_is_not_utf_8_is_told_and_the_next_one_served(capsys, monkeypatch):
    give(monkeypatch, "'łódź'\n'".encode() + b"\xff'\n1 + 1\n")
    call_command("evaluate")
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers == [
        {"value": "łódź"},
        {"error": "byte 2 of the expression is not UTF-8", "line": 1, "column": 1},
        {"value": 2},
    ]


@pytest.mark.parametrize(
    ("redirection", "said"),
    [
        ("| head -1", ""),
        ("> /dev/full", "The answer cannot be written: No space left on device."),
        ("<&-", "Standard input is closed."),
        (">&-", "Standard output is closed"),
    ],
)
def test_a_shell_that_takes_no_answers_gets_no_traceback(redirection, said):
    command = f"yes '1 + 1' | head -500 | {{ '{sys.executable}' manage.py evaluate {redirection}; }}"
    ended = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, env=os.environ | {"LOCAL": "true"}
    )
    assert "Traceback" not in ended.stderr
    assert said in ended.stderr


def test_a_mistake_ends_with_an_error_for_the_shell(capsys):
    with pytest.raises(SystemExit) as caught:
        call_command("evaluate", "dayjss()")
    assert caught.value.code == 1
    assert json.loads(capsys.readouterr().out) == {
        "error": "there is no `dayjss`",
        "line": 1,
        "column": 1,
        "remedy": "Did you mean `dayjs`?",
    }


def test_numbers_that_changed_are_told(capsys, data):
    call_command("evaluate", "flow.trigger.data.id + 1", data=data)
    assert "12345678901234567890" in json.loads(capsys.readouterr().out)["warnings"][0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON: line 1"),
        ("[1]", "a JSON object is expected"),
        ('{"steps": []}', "`steps` must be a JSON object"),
        ('{"steps": {"a": 1}}', "Each step in the data file"),
        ('{"step": {}}', "The data file has step; it may have config, flow"),
        ('{"steps": {"a": {"ouput": 1}}}', "The step a in the data file has ouput; it may have output, status"),
        ('{"trigger": {"date": 1}}', "`trigger` in the data file has date; it may have data, event"),
    ],
)
def test_a_bad_data_file_is_named(tmp_path, text, message):
    path = tmp_path / "data.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", "1", data=path)


def test_a_missing_data_file_is_named(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("evaluate", "1", data=tmp_path / "none.json")


def give(monkeypatch: pytest.MonkeyPatch, lines: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
