"""Tokens: how programs prove to the API for whom they work."""

from typing import Any

from django.db import transaction
from rest_framework.authtoken.models import Token

from integrations import audit


@transaction.atomic
def issue_token(*, user: Any) -> str:
    """The user's token, made at the first log-in; it lasts until `withdraw_token`."""
    token, is_new = Token.objects.get_or_create(user=user)
    if is_new:
        audit.record(integration=None, actor=user, verb="made an API token", target=str(user))
    return token.key


@transaction.atomic
def withdraw_token(*, user: Any) -> None:
    """Whoever has the token is a stranger from now on."""
    Token.objects.filter(user=user).delete()
    audit.record(integration=None, actor=user, verb="withdrew the API token", target=str(user))
