from typing import Any

import pytest

from tests.connectors.sandbox.calling import Caller


def make_vendor(**changes: Any) -> dict[str, Any]:
    return {"vendorNumber": 20417, "name": "Summit Glass", "paymentTerms": "NET30", **changes}


def test_a_vendor_is_added_once(vista: Caller) -> None:
    added = vista.call("POST", "/api/vendors", make_vendor(payment={"method": "check", "payableTo": "SG"}))
    assert added.status == 201
    assert vista.call("GET", "/api/vendors/20417").body == added.body
    again = vista.call("POST", "/api/vendors", make_vendor())
    assert (again.status, again.body["code"]) == (409, "Already Exists")
    assert vista.call("GET", "/api/vendors").body["total"] == 3


def test_an_update_replaces_the_whole_vendor_but_adds_none(vista: Caller) -> None:
    updated = vista.call("PUT", "/api/vendors/20101", {"name": "Granite", "paymentTerms": "NET15"})
    assert updated.status == 200
    assert (updated.body["vendorNumber"], updated.body["name"]) == (20101, "Granite")
    assert "address" not in updated.body
    missing = vista.call("PUT", "/api/vendors/20999", {"name": "Nobody", "paymentTerms": "NET15"})
    assert missing.status == 404


def test_an_account_number_is_taken_but_never_shown(vista: Caller) -> None:
    payment = {"method": "ach", "routingNumber": "021000021", "accountNumber": "000123456789"}
    added = vista.call("POST", "/api/vendors", make_vendor(payment=payment))
    assert added.body["payment"] == {"method": "ach", "routingNumber": "021000021"}
    for answer in (vista.send("GET", "/api/vendors"), vista.send("GET", "/api/vendors/20417")):
        assert "accountNumber" not in str(answer.body)


@pytest.mark.parametrize(
    "payment",
    [
        {"method": "ach", "routingNumber": "021000021"},
        {"method": "check"},
        {"method": "cash"},
        {"method": "ach", "routingNumber": "12", "accountNumber": "000123456789"},
    ],
)
def test_a_payment_must_be_one_of_its_two_kinds(vista: Caller, payment: dict[str, str]) -> None:
    refused = vista.call("POST", "/api/vendors", make_vendor(payment=payment))
    assert refused.status == 400
    assert refused.body["errors"][0]["source"][0] == "payment"


@pytest.mark.parametrize("changes", [{"email": "nowhere"}, {"vendorNumber": 0}, {"taxId": "1"}])
def test_a_malformed_vendor_is_a_bad_request(vista: Caller, changes: dict[str, Any]) -> None:
    refused = vista.call("POST", "/api/vendors", make_vendor(**changes))
    assert (refused.status, refused.body["errors"][0]["source"]) == (400, list(changes))
