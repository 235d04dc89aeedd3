from decimal import Decimal
from typing import Any

import pytest

from connectors import exact_json
from tests.connectors.sandbox.calling import Caller


def make_line(**changes: Any) -> dict[str, Any]:
    return {
        "lineNumber": 1,
        "description": "Ready-mix concrete",
        "phaseCode": "03-300",
        "costType": "M",
        "quantity": 120,
        "unitCost": Decimal("141.25"),
        **changes,
    }


def make_order(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "poNumber": "PO-4600",
        "vendorNumber": 20101,
        "jobNumber": "1001",
        "orderedOn": "2026-11-02",
        "lines": list(lines or [make_line()]),
        **changes,
    }


def test_an_order_is_added_with_its_lines_and_an_exact_total(vista: Caller) -> None:
    lines = [make_line(), make_line(lineNumber=2, quantity=Decimal("0.3"), unitCost=Decimal("0.10"))]
    added = vista.call("POST", "/api/purchase-orders", make_order(*lines))
    assert added.status == 201
    assert added.body["total"] == Decimal("16950.03")
    assert vista.call("GET", "/api/purchase-orders/PO-4600").body == added.body
    assert vista.call("POST", "/api/purchase-orders", make_order(*lines)).status == 409


def test_orders_are_listed_by_job_and_vendor(vista: Caller) -> None:
    def numbers(query: str) -> list[str]:
        items = vista.call("GET", f"/api/purchase-orders{query}").body["items"]
        return [order["poNumber"] for order in items]

    assert numbers("") == ["PO-4501", "PO-4502"]
    assert numbers("?jobNumber=1002") == ["PO-4502"]
    assert numbers("?vendorNumber=20101") == ["PO-4501"]
    assert numbers("?jobNumber=1002&vendorNumber=20101") == []


def test_an_order_is_deleted_unless_an_open_batch_holds_it(vista: Caller) -> None:
    assert vista.call("DELETE", "/api/purchase-orders/PO-4502").status == 204
    assert vista.call("DELETE", "/api/purchase-orders/PO-4502").status == 404
    held = vista.call("DELETE", "/api/purchase-orders/PO-4501")
    assert held.status == 409
    text = "PO already in use by 4/24 batch # 2827 - PO-4501 is on its line 1"
    assert held.body["errors"][0]["text"] == text


SHARES = [{"phaseCode": "03-300", "percent": 60}, {"phaseCode": "02-100", "percent": 30}]


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (make_order(vendorNumber=999), "Vendor 999 does not exist"),
        (make_order(jobNumber="1999"), "Job 1999 does not exist"),
        (make_order(jobNumber="1003"), "Job 1003 is closed: hard-closed on 2026-09-30"),
        (make_order(make_line(phaseCode="99-999")), "Job 1001 has no phase 99-999"),
        (make_order(make_line(), make_line()), "Line number 1 comes twice"),
        (
            make_order(make_line(distributions=SHARES)),
            "The distributions of line 1 add up to 90 percent, not 100",
        ),
    ],
)
def test_an_order_that_the_books_do_not_allow_is_refused(vista: Caller, order: dict[str, Any], text: str) -> None:
    refused = vista.call("POST", "/api/purchase-orders", order)
    assert (refused.status, refused.body["errors"][0]["text"]) == (422, text)
    assert vista.call("GET", "/api/purchase-orders/PO-4600").status == 404


def test_distributions_of_a_line_may_share_it_out(vista: Caller) -> None:
    shares = [{"phaseCode": "03-300", "percent": Decimal("62.5")}, {"phaseCode": "02-100", "percent": 37.5}]
    assert vista.call("POST", "/api/purchase-orders", make_order(make_line(distributions=shares))).status == 201


def test_a_whole_number_may_be_written_with_a_fraction(vista: Caller) -> None:
    order = make_order(make_line(lineNumber=Decimal("1.0")), vendorNumber=Decimal("20101.00"))
    added = vista.call("POST", "/api/purchase-orders", order)
    assert added.status == 201
    assert str(added.body["vendorNumber"]) == "20101"


@pytest.mark.parametrize("number", ["1.5", "1e999999999", "-1e999999999"])
def test_a_number_that_is_not_whole_or_far_too_large_is_a_bad_request(vista: Caller, number: str) -> None:
    body = exact_json.dumps(make_order()).replace('"lineNumber":1', f'"lineNumber":{number}')
    assert vista.call("POST", "/api/purchase-orders", body.encode()).status == 400


def test_an_order_without_lines_is_a_bad_request(vista: Caller) -> None:
    refused = vista.call("POST", "/api/purchase-orders", {**make_order(), "lines": []})
    assert (refused.status, refused.body["errors"][0]["source"]) == (400, ["lines"])
