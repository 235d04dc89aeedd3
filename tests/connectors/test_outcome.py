"""What counts as failure, and what its failure object says."""

import pytest

from connectors.messages import Answer
from connectors.outcome import judge


def failed(body, status=422, **values):
    verdict = judge(Answer(status, body=body, is_json=not isinstance(body, str), **values), json_declared=True)
    assert not verdict.ok
    return verdict


def texts(body, status=422):
    return [error["text"] for error in failed(body, status).content["result"]["errors"]]


@pytest.mark.parametrize("body", [{"id": 1}, {"errors": [{"text": "x"}], "code": "Bad"}, {"success": False}, [], 0])
def test_a_2xx_answer_is_a_success_whatever_its_keys_are_called(body):
    verdict = judge(Answer(200, body=body, is_json=True), json_declared=True)
    assert (verdict.ok, verdict.content, verdict.message) == (True, {"status": 200, "data": body}, "")


def test_statuses_from_400_are_failures():
    assert judge(Answer(399, body={}, is_json=True), json_declared=True).ok
    assert not judge(Answer(400, body={}, is_json=True), json_declared=True).ok


def test_no_json_where_json_was_declared_is_a_failure():
    verdict = judge(Answer(200, {"content-type": "text/html; charset=utf-8"}, "<html>Log in"), json_declared=True)
    result = verdict.content["result"]
    assert verdict.content["status"] == 200
    assert result["code"] == "NotJSON"
    assert result["errors"][0]["details"] == {"body": "<html>Log in"}
    assert "no JSON (text/html)" in verdict.message
    assert "an empty body" in judge(Answer(200), json_declared=True).message


def test_text_is_data_where_no_json_was_declared():
    assert judge(Answer(200, body="done"), json_declared=False).content == {"status": 200, "data": "done"}


def test_a_status_that_carries_no_content_needs_no_json():
    assert judge(Answer(204), json_declared=True).content == {"status": 204, "data": None}


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("timeout", "Timeout"),
        ("connection", "ConnectionError"),
        ("dns", "ConnectionError"),
        ("tls", "ConnectionError"),
        ("too_large", "TooLarge"),
        ("refused_address", "RefusedAddress"),
        ("redirect", "Redirect"),
    ],
)
def test_trouble_on_the_way_is_a_failure_even_when_the_answer_began_well(trouble, code):
    verdict = failed(None, 200, trouble=trouble, message="Vista broke off its answer.")
    assert verdict.message == "Vista broke off its answer."
    assert verdict.content == {
        "status": 200,
        "result": {
            "code": code,
            "user_defined_code": None,
            "errors": [{"text": "Vista broke off its answer.", "source": [], "details": {}}],
        },
    }


def test_a_failure_in_our_own_shape_keeps_its_code_and_errors():
    body = {
        "code": "Unexpected Error",
        "user_defined_code": "PO-7",
        "errors": [{"text": "PO already in use by 4/24 batch # 2827", "source": ["PO"], "details": {"batch": 2827}}],
    }
    assert failed(body, 409).content == {"status": 409, "result": body}
    assert failed(body, 409).message == "409: PO already in use by 4/24 batch # 2827"


def test_a_half_filled_failure_in_our_own_shape_is_filled_up():
    result = failed({"code": "Busy", "errors": [{"text": "Wait", "source": "PO"}, {"text": "x", "details": None}]})
    assert result.content["result"] == {
        "code": "Busy",
        "user_defined_code": None,
        "errors": [{"text": "Wait", "source": ["PO"], "details": {}}, {"text": "x", "source": [], "details": {}}],
    }


def test_any_other_failure_has_the_status_as_code_and_the_whole_answer_as_details():
    body = {"type": "about:blank", "title": "Unknown project", "detail": "There is no project P-9.", "status": 404}
    assert failed(body, 404).content["result"] == {
        "code": "404",
        "user_defined_code": None,
        "errors": [{"text": "Unknown project: There is no project P-9.", "source": [], "details": body}],
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"message": "Validation Failed"}, ["Validation Failed"]),
        ({"error": "invalid_client", "error_description": "No such client"}, ["invalid_client: No such client"]),
        ({"error": {"message": "Quota exceeded", "code": 8}}, ["Quota exceeded"]),
        ({"errors": ["a", {"message": "b"}, 5, {}]}, ["a", "b"]),
        (
            {"errors": {"name": ["is taken", "is short"], "age": "is missing"}},
            ["name: is taken is short", "age: is missing"],
        ),
        ({"errorMessages": ["Issue does not exist"], "errors": {}}, ["Issue does not exist"]),
        ([{"message": "one"}, {"message": "two"}], ["one", "two"]),
        ("Too many requests", ["Too many requests"]),
        ("<!DOCTYPE html><title>502</title>", ["Unprocessable Entity"]),
        ({"data": None}, ["Unprocessable Entity"]),
        (None, ["Unprocessable Entity"]),
        (5, ["Unprocessable Entity"]),
    ],
)
def test_texts_are_found_where_systems_put_them(body, expected):
    assert texts(body) == expected


def test_a_status_without_a_name():
    assert texts(None, 599) == ["The other system answered with status 599."]


def test_a_hostile_answer_is_bounded():
    nested: object = "deep"
    for _ in range(900):
        nested = {"error": nested}
    assert texts(nested) == ["Unprocessable Entity"]
    assert len(texts({"errors": ["x" * 5000] * 5000})) == 50
    assert len(texts({"message": "x" * 5000})[0]) == 1000
