"""Writes to integrations and their members. Each leaves an entry in the audit trail."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from integrations import audit
from integrations.models import Integration, Membership, Role
from integrations.problems import Problem, Refused

NAME_LIMIT = 120


@transaction.atomic
def create_integration(*, actor: Any, name: str, description: str = "") -> Integration:
    """A new integration, whose owner is the actor. Raises Refused."""
    name = _checked_name(name)
    integration = Integration(name=name, slug=_free_slug(name), description=description.strip())
    _save(integration)
    Membership.objects.create(integration=integration, user=actor, role=Role.OWNER)
    audit.record(integration=integration, actor=actor, verb="created integration", target=name)
    return integration


@transaction.atomic
def update_integration(
    *, actor: Any, integration: Integration, name: str, description: str, config: dict[str, Any]
) -> Integration:
    """Raises Refused. The slug stays: addresses and webhooks are built on it."""
    if not isinstance(config, dict):
        raise Refused('Write a JSON object, e.g. {"company": 1}.', "config")
    integration = Integration.objects.select_for_update().get(pk=integration.pk)
    before = _described(integration)
    integration.name, integration.description, integration.config = _checked_name(name), description.strip(), config
    _save(integration)
    changed = {key: value for key, value in _described(integration).items() if before[key] != value}
    if changed:
        audit.record(
            integration=integration, actor=actor, verb="changed settings", target=integration.name, detail=changed
        )
    return integration


@transaction.atomic
def add_member(*, actor: Any, integration: Integration, username: str, role: str) -> Membership:
    """Raises Refused when there is no such log-in or it is a member already."""
    user = get_user_model().objects.filter(username=username.strip(), is_active=True).first()
    if user is None:
        text = f"There is no log-in named {username.strip()!r}. Who operates this server can make one."
        raise Refused(text, "username")
    membership, is_new = Membership.objects.get_or_create(
        integration=integration, user=user, defaults={"role": _checked_role(role)}
    )
    if not is_new:
        raise Refused(f"{user} is a member already: change the role in the list instead.", "username")
    audit.record(
        integration=integration, actor=actor, verb="added member", target=str(user), detail={"role": membership.role}
    )
    return membership


@transaction.atomic
def change_member(*, actor: Any, membership: Membership, role: str) -> Membership:
    """Raises Refused for the last owner: somebody must be able to let others in."""
    _lock_members(membership)
    before, membership.role = membership.role, _checked_role(role)
    if before == membership.role:
        return membership
    if before == Role.OWNER:
        _refuse_last_owner(membership)
    membership.save(update_fields=["role"])
    audit.record(
        integration=membership.integration,
        actor=actor,
        verb="changed member",
        target=str(membership.user),
        detail={"before": before, "role": membership.role},
    )
    return membership


@transaction.atomic
def remove_member(*, actor: Any, membership: Membership) -> None:
    """Raises Refused for the last owner."""
    _lock_members(membership)
    if membership.role == Role.OWNER:
        _refuse_last_owner(membership)
    target, integration = str(membership.user), membership.integration
    membership.delete()
    audit.record(integration=integration, actor=actor, verb="removed member", target=target)


def _lock_members(membership: Membership) -> None:
    """Two owners who remove each other at the same moment must not leave nobody: one waits here."""
    Integration.objects.select_for_update().get(pk=membership.integration_id)
    membership.refresh_from_db(fields=["role"])


def _refuse_last_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(integration_id=membership.integration_id, role=Role.OWNER)
    if not owners.exclude(pk=membership.pk).exists():
        raise Refused(
            f"{membership.user} is the only owner of {membership.integration}. Make somebody else owner first.", "role"
        )


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise Refused("Give the integration a name.", "name")
    if len(name) > NAME_LIMIT:
        raise Refused(f"The name has {len(name)} characters; at most {NAME_LIMIT} fit.", "name")
    return name


def _checked_role(role: str) -> str:
    if role not in Role.values:
        raise Refused(f"Choose one of the roles {', '.join(Role.values)}.", "role")
    return role


def _free_slug(name: str) -> str:
    """The name as it stands in addresses; a number follows where it is taken."""
    wanted = slugify(name)[:100] or "integration"
    taken = set(Integration.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(slug for number in range(1, len(taken) + 2) if (slug := _numbered(wanted, number)) not in taken)


def _numbered(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}-{number}"


def _save(integration: Integration) -> None:
    try:
        with transaction.atomic():
            integration.save()
    except IntegrityError:
        text = f"There is already an integration named {integration.name}. Choose another name."
        raise Refused([Problem("name", text)]) from None


def _described(integration: Integration) -> dict[str, Any]:
    return {"name": integration.name, "description": integration.description, "config": integration.config}
