"""The admin of Django and of the queue is for superusers only, whatever else a person may do."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.cast import client_of, make_user

PAGES = ["admin:index", "admin:django_q_schedule_changelist", "admin:auth_user_changelist"]


@pytest.fixture
def clerk(db):
    """A member of staff with every permission there is, who is no superuser."""
    user = make_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    return user


@pytest.mark.parametrize("page", PAGES)
def test_a_superuser_gets_in(db, page):
    root = make_user("root", is_staff=True, is_superuser=True)
    assert client_of(root).get(reverse(page)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_does(clerk, olga, page):
    for user in (clerk, olga, None):
        answer = client_of(user).get(reverse(page))
        assert answer.status_code == 302
        assert "login" in answer["Location"]
