"""The help page of expressions: what it shows comes true."""

import pytest
from django.urls import reverse

from connectors import exact_json
from flows.expressions import Scope, evaluate
from flows.pages.help import EXAMPLES, SAMPLE
from tests.cast import client_of

SCOPE = Scope(trigger={"data": exact_json.loads(SAMPLE), "event": {}}, steps={})


@pytest.mark.parametrize("example", [one for rows in EXAMPLES.values() for one in rows], ids=lambda one: one.expression)
def test_each_example_gives_what_the_page_says(example):
    value = evaluate({"mode": "expression", "value": example.expression}, SCOPE).value
    assert value == exact_json.loads(example.result)


def test_everybody_with_a_log_in_can_read_it(vic, sam):
    for user in (vic, sam):
        assert "What it can see" in client_of(user).get(reverse("help-expressions")).content.decode()


def test_visitors_are_asked_to_log_in(db):
    assert client_of(None).get(reverse("help-expressions")).status_code == 302
