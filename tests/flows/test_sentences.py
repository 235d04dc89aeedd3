"""The sentence in which a Connector Action says what it will do."""

import pytest

from flows.steps.connector_action.settings import DEFAULTS, sentence
from tests.making import retry_policy

VISTA = {**DEFAULTS, "connection": "Vista", "action_path": "ap/vendors/add"}


def said(label="Add a vendor", **settings):
    return sentence({**VISTA, **settings}, label)


def test_it_names_the_action_path_and_the_connection():
    assert said() == "Sends Add a vendor to Vista, waits for the answer."
    assert said(label="") == "Sends ap/vendors/add to Vista, waits for the answer."


def test_what_is_still_to_be_chosen_is_said():
    expected = "Sends an action path that is still to be chosen to a connection that is still to be chosen"
    assert sentence(DEFAULTS).startswith(expected)


def test_an_action_nobody_waits_for_says_so():
    assert said(wait_for_response=False) == "Sends Add a vendor to Vista, goes on without waiting for the answer."


def test_a_body_made_elsewhere_and_a_queue_that_waits_are_said():
    body = said(use_existing_body=True, existing_body='flow.step("map").output[0]')
    assert body == 'Sends Add a vendor to Vista with the body flow.step("map").output[0], waits for the answer.'
    assert "when the connection's queue is next processed" in said(real_time_processing=False)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("flow.mapItem().result?.code === '503'", "if it answers 503"),
        ("flow.mapItem().status === 503", "if it answers 503"),
        ("(flow.mapItem().status === 503) || flow.mapItem().status == 429;", "if it answers 503 or 429"),
        ("true", "if it fails"),
        ("", "if a condition that is still to be given is true"),
        ("flow.mapItem().status >= 500", "if flow.mapItem().status >= 500"),
        (
            "flow.mapItem().status === 503 || flow.config.always",
            "if flow.mapItem().status === 503 || flow.config.always",
        ),
    ],
)
def test_the_error_condition_is_said_in_words_where_there_are_words_for_it(condition, words):
    policy = retry_policy(error_condition=condition, exponential_backoff=True)
    retries = "tries 3 more times within 7 h; then goes on."
    assert said(retry_policy=policy) == f"Sends Add a vendor to Vista, waits for the answer; {words}, {retries}"


def test_only_retries_within_the_window_are_promised():
    policy = retry_policy(attempts=5, interval_minutes=90, exponential_backoff=True)
    assert "tries 4 more times within 22 h 30 min" in said(retry_policy=policy)
    assert "tries 1 more time within 24 h" in said(retry_policy=retry_policy(attempts=2, interval_minutes=1440))
