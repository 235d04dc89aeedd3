"""Which step comes next, and how a run ends."""

from flows.graph import End, Execute, Skip, Wait, decide


def step(step_id, **condition):
    return {"id": step_id, "name": step_id.upper(), **({"run_condition": condition} if condition else {})}


A, B, C = step("a"), step("b"), step("c")
ON_FAILURE = step("b", step="previous", status="failed")


def test_the_first_step_runs_first():
    assert decide([A, B], {}) == Execute(0, A)


def test_a_step_runs_when_the_previous_one_succeeded():
    assert decide([A, B], {"a": "ACTION_HANDLED_SUCCESSFUL"}) == Execute(1, B)


def test_a_step_is_skipped_with_the_reason_when_the_previous_one_failed():
    assert decide([A, B], {"a": "ACTION_HANDLED_FAILED"}) == Skip(
        1, B, "It runs when a is succeeded, and a is ACTION_HANDLED_FAILED."
    )


def test_a_waiting_step_holds_the_run():
    assert decide([A, B], {"a": "WAITING"}) == Wait("a")


def test_a_step_that_handles_failures_is_skipped_after_success_and_the_next_one_still_runs():
    done = {"a": "SUCCESSFUL"}
    assert isinstance(decide([A, ON_FAILURE, C], done), Skip)
    assert decide([A, ON_FAILURE, C], {**done, "b": "SKIPPED"}) == Execute(2, C)


def test_whatever_happened():
    anyway = step("b", step="previous", status="any")
    for status in ("SUCCESSFUL", "ACTION_HANDLED_FAILED"):
        assert decide([A, anyway], {"a": status}) == Execute(1, anyway)


def test_a_chosen_step_and_status():
    chosen = step("c", step="a", status="QUEUE_ACTION_SUCCESSFUL")
    assert decide([A, B, chosen], {"a": "QUEUE_ACTION_SUCCESSFUL", "b": "FAILED"}) == Execute(2, chosen)
    assert isinstance(decide([A, B, chosen], {"a": "SUCCESSFUL", "b": "SUCCESSFUL"}), Skip)


def test_all_steps_successful_is_success():
    assert decide([A, B], {"a": "SUCCESSFUL", "b": "QUEUE_ACTION_SUCCESSFUL"}) == End("Success", "")


def test_a_failure_that_nobody_handled_fails_the_run():
    end = decide([A, B], {"a": "ACTION_HANDLED_FAILED", "b": "SKIPPED"})
    assert end == End("Failed", "No later step was set to handle the failure of: A.")


def test_a_failure_that_a_later_step_handled_does_not_fail_the_run():
    assert decide([A, ON_FAILURE], {"a": "ACTION_HANDLED_FAILED", "b": "SUCCESSFUL"}) == End("Success", "")


def test_a_failed_handler_fails_the_run():
    end = decide([A, ON_FAILURE], {"a": "ACTION_HANDLED_FAILED", "b": "ACTION_HANDLED_FAILED"})
    assert end == End("Failed", "No later step was set to handle the failure of: B.")


def test_an_exception_or_a_canceled_action_ends_the_run_at_once():
    for status in ("EXCEPTION", "ACTION_HANDLED_CANCELED"):
        assert decide([A, B], {"a": status}) == End("Exception", f"The step A ended with {status}.")
