"""Integrations and their members: made, changed, and never left without an owner."""

from decimal import Decimal

import pytest

from integrations.commands import add_member, change_member, create_integration, remove_member, update_integration
from integrations.models import AuditEntry, Membership, Role
from integrations.problems import Refused
from tests.cast import make_integration, make_member


def membership_of(user) -> Membership:
    return Membership.objects.get(user=user)


def refusal(call) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        call()
    [problem] = refused.value.problems
    return problem.place, problem.text


def test_who_creates_an_integration_owns_it(sam):
    integration = create_integration(actor=sam, name="  North West  ", description="Roads")
    assert (integration.name, integration.slug) == ("North West", "north-west")
    assert membership_of(sam).role == Role.OWNER
    assert AuditEntry.objects.get().verb == "created integration"


def test_names_that_look_alike_in_an_address_get_a_number(sam):
    slugs = [create_integration(actor=sam, name=name).slug for name in ("A b", "A-B", "a b!", "工程")]
    assert slugs == ["a-b", "a-b-2", "a-b-3", "integration"]


def test_a_name_is_given_once(harbour, sam):
    place, text = refusal(lambda: create_integration(actor=sam, name=harbour.name))
    assert (place, "already" in text) == ("name", True)
    assert not Membership.objects.filter(user=sam).exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_is_short_and_not_empty(name, sam):
    assert refusal(lambda: create_integration(actor=sam, name=name))[0] == "name"


def test_configuration_values_keep_every_digit(harbour, olga):
    config = {"rate": Decimal("0.10"), "big": 12345678901234567890}
    update_integration(actor=olga, integration=harbour, name=harbour.name, description="", config=config)
    harbour.refresh_from_db()
    assert harbour.config == config
    assert str(harbour.config["rate"]) == "0.10"
    assert AuditEntry.objects.get().detail == {"config": config}


def test_settings_saved_unchanged_leave_no_entry(harbour, olga):
    update_integration(actor=olga, integration=harbour, name=harbour.name, description="", config={})
    assert not AuditEntry.objects.exists()


def test_a_new_name_keeps_the_address(harbour, olga):
    updated = update_integration(actor=olga, integration=harbour, name="Bridge", description="", config={})
    assert (updated.name, updated.slug) == ("Bridge", "harbour-bridge")


def test_a_member_is_added_by_user_name(harbour, olga, sam):
    add_member(actor=olga, integration=harbour, username=" sam ", role="operator")
    assert membership_of(sam).role == Role.OPERATOR
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.target, entry.detail) == (olga, "added member", "sam", {"role": "operator"})


def test_nobody_by_that_name(harbour, olga):
    place, text = refusal(lambda: add_member(actor=olga, integration=harbour, username="nobody", role="viewer"))
    assert (place, "'nobody'" in text) == ("username", True)


def test_a_member_is_not_added_twice(harbour, olga, bo):
    place, text = refusal(lambda: add_member(actor=olga, integration=harbour, username="bo", role="viewer"))
    assert (place, "already" in text) == ("username", True)
    assert membership_of(bo).role == Role.BUILDER


def test_a_log_in_that_was_switched_off_cannot_become_a_member(harbour, olga, sam):
    sam.is_active = False
    sam.save()
    assert refusal(lambda: add_member(actor=olga, integration=harbour, username="sam", role="viewer"))[0] == "username"


def test_there_are_four_roles(harbour, olga, bo):
    assert refusal(lambda: change_member(actor=olga, membership=membership_of(bo), role="king"))[0] == "role"


def test_the_last_owner_can_neither_leave_nor_step_down(harbour, olga, bo):
    for call in (
        lambda: remove_member(actor=olga, membership=membership_of(olga)),
        lambda: change_member(actor=olga, membership=membership_of(olga), role="viewer"),
    ):
        place, text = refusal(call)
        assert (place, "only owner" in text) == ("role", True)
    assert membership_of(olga).role == Role.OWNER


def test_one_of_two_owners_can_leave(harbour, olga):
    second = make_member(harbour, "otto", Role.OWNER)
    remove_member(actor=olga, membership=membership_of(olga))
    assert [member.user for member in harbour.memberships.all()] == [second]


def test_an_owner_elsewhere_does_not_count(harbour, olga):
    make_member(make_integration("Elsewhere"), "otto", Role.OWNER)
    assert refusal(lambda: remove_member(actor=olga, membership=membership_of(olga)))[0] == "role"
