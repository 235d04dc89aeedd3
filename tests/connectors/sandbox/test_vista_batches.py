from decimal import Decimal
from typing import Any

import pytest

from tests.connectors.sandbox.calling import Caller

LINES = "/api/batches/2828/lines"


def make_line(**changes: Any) -> dict[str, Any]:
    return {
        "poNumber": "PO-4502",
        "jobNumber": "1002",
        "phaseCode": "05-100",
        "costType": "M",
        "actualDate": "2026-11-20",
        "amount": Decimal("18250.75"),
        **changes,
    }


def test_a_batch_is_opened_filled_and_posted(vista: Caller) -> None:
    opened = vista.call("POST", "/api/batches", {"month": "11/26", "source": "AP Entry"})
    assert opened.status == 201
    number = opened.body["batchNumber"]
    posted = vista.call("POST", f"/api/batches/{number}/lines", make_line())
    assert (posted.status, posted.body["lineNumber"]) == (201, 1)
    vista.call("POST", f"/api/batches/{number}/lines", make_line(amount=Decimal("-0.75")))
    batch = vista.call("GET", f"/api/batches/{number}").body
    assert (batch["lineCount"], batch["lineTotal"]) == (2, Decimal("18250.00"))
    assert vista.call("GET", f"/api/batches/{number}/lines").body["items"][0] == posted.body
    assert vista.call("POST", f"/api/batches/{number}/post").body["status"] == "Posted"
    assert vista.call("POST", f"/api/batches/{number}/lines", make_line()).status == 422
    assert vista.call("GET", "/api/batches?status=Posted").body["total"] == 1


def test_a_busy_batch_takes_no_lines_until_it_is_let_go(vista: Caller) -> None:
    assert vista.call("PUT", "/api/batches/2828/lock", {"inUseBy": "K. Miller"}).status == 200
    refused = vista.call("POST", LINES, make_line())
    assert refused.status == 409
    assert refused.body == {
        "code": "Unexpected Error",
        "errors": [
            {
                "text": "Batch already in use by K. Miller - 11/26 batch # 2828 takes no lines until it is let go",
                "source": ["batchNumber"],
                "details": {"batchNumber": 2828, "inUseBy": "K. Miller"},
            }
        ],
    }
    assert vista.call("GET", LINES).body["total"] == 0
    assert vista.call("DELETE", "/api/batches/2828/lock").status == 204
    assert vista.call("POST", LINES, make_line()).status == 201


def test_a_lock_is_for_one_user(vista: Caller) -> None:
    def lock(user: str) -> int:
        return vista.call("PUT", "/api/batches/2828/lock", {"inUseBy": user}).status

    assert [lock("Ann"), lock("Ann"), lock("Bob")] == [200, 200, 409]


def test_a_purchase_order_that_another_open_batch_holds_is_refused_until_that_is_posted(
    vista: Caller,
) -> None:
    line = make_line(poNumber="PO-4501", jobNumber="1001", phaseCode="03-300")
    refused = vista.call("POST", LINES, line)
    assert refused.status == 409
    assert refused.body["code"] == "Unexpected Error"
    error = refused.body["errors"][0]
    assert error["text"] == "PO already in use by 4/24 batch # 2827 - PO-4501 is on its line 1"
    assert error["source"] == ["poNumber"]
    assert vista.call("POST", "/api/batches/2827/post").status == 409
    vista.call("DELETE", "/api/batches/2827/lock")
    assert vista.call("POST", "/api/batches/2827/post").status == 200
    assert vista.call("POST", LINES, line).status == 201


def test_an_empty_batch_is_not_posted(vista: Caller) -> None:
    assert vista.call("POST", "/api/batches/2828/post").status == 422


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"jobNumber": "1003"}, "Job 1003 is closed: hard-closed on 2026-09-30"),
        ({"jobNumber": "1999"}, "Job 1999 does not exist"),
        ({"phaseCode": "99-999"}, "Job 1002 has no phase 99-999"),
        ({"poNumber": "PO-9999"}, "There is no purchase order PO-9999"),
    ],
)
def test_a_line_that_the_books_do_not_allow_is_refused(vista: Caller, changes: dict[str, str], text: str) -> None:
    refused = vista.call("POST", LINES, make_line(**changes))
    assert (refused.status, refused.body["errors"][0]["text"]) == (422, text)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/batches/99", None),
        ("GET", "/api/batches/99/lines", None),
        ("POST", "/api/batches/99/lines", make_line()),
        ("PUT", "/api/batches/99/lock", {"inUseBy": "Ann"}),
        ("DELETE", "/api/batches/99/lock", None),
        ("POST", "/api/batches/99/post", None),
    ],
)
def test_a_batch_that_is_not_there_is_not_found(vista: Caller, method: str, path: str, body: Any) -> None:
    assert vista.call(method, path, body).status == 404


@pytest.mark.parametrize("number", ["0", "-3", "abc"])
def test_a_batch_number_is_a_number_from_one_up(vista: Caller, number: str) -> None:
    assert vista.call("GET", f"/api/batches/{number}").status == 400
