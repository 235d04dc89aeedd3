"""What other systems say is told to people, whatever characters are in it."""

import pytest

from flows.models import Action
from tests.making import action_step, make_flow, make_run


@pytest.mark.parametrize("said", [b"no half \\ud800 characters", b"no \\u0000 here"])
def test_a_message_that_no_database_takes_holds_up_nobody(integration, vista, add_phase, httpserver, work, said):
    httpserver.expect_request("/phases").respond_with_data(
        b'{"message": "%s"}' % said, status=422, content_type="application/json"
    )
    flow = make_flow(integration, action_step(vista, add_phase))
    runs = [make_run(flow) for _ in range(2)]
    work()
    for run in runs:
        run.refresh_from_db()
        assert run.status == "Failed"
    action = Action.objects.first()
    assert "�" in action.message
    # What was said exactly is kept in the content, where JSON escapes it.
    assert action.content["result"]["errors"][0]["text"] != action.message
    assert "�" not in str(action.content)
