"""The load of a crash test counts what a webhook acknowledged, and says why it did not."""

import pytest

from flows.crash_test.load import Load
from tests.servers import eventually


def test_what_is_stored_counts_and_what_is_not_says_why(httpserver):
    httpserver.expect_request("/stores").respond_with_json({"run": 7}, status=202)
    httpserver.expect_request("/refuses").respond_with_json({}, status=409)
    httpserver.expect_request("/mumbles").respond_with_data("?", status=202)
    load = Load(httpserver.port, ["/stores", "/refuses", "/mumbles"], threads=1, pause=0)
    load.start()
    load.wait_for_first()
    eventually(lambda: len(load.refused) == 2)
    load.stop()
    assert set(load.acknowledged) == {7}
    assert set(load.refused) == {"status 409", "JSONDecodeError"}


def test_where_nothing_is_stored_it_says_what_the_webhooks_said(httpserver):
    httpserver.expect_request("/refuses").respond_with_json({}, status=409)
    load = Load(httpserver.port, ["/refuses"], threads=1, patience=0.5)
    load.start()
    with pytest.raises(TimeoutError, match=r"nothing in 0\.5 s: status 409 \(\d+ times\)\. Start the web server"):
        load.wait_for_first()
    load.stop()
