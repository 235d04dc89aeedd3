"""Writes to connections: create, change, delete, rotate keys."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import RestrictedError

from connectors import addresses
from connectors.authentication import KINDS, AuthenticationError
from connectors.models import Connector
from integrations import audit, connection_rules
from integrations import secrets as safe
from integrations.models import Connection, Integration
from integrations.problems import Refused


@transaction.atomic
def create_connection(
    *,
    actor: Any,
    integration: Integration,
    connector: Connector,
    name: str,
    base_url: str,
    authentication_kind: str = "none",
    settings: dict[str, Any] | None = None,
    secrets: dict[str, str] | None = None,
    limits: dict[str, Any] | None = None,
) -> Connection:
    """Join an outside system to the integration. Raises Refused.

    `settings` and `secrets` hold the fields of the authentication kind, `limits` any of concurrency,
    requests_per_second, requests_per_minute (None: no such limit), processing_minutes,
    idempotency_header and honours_idempotency_key.
    """
    connection = Connection(integration=integration, connector=connector)
    _fill(connection, name, base_url, authentication_kind, settings or {}, secrets or {}, limits or {})
    _save(connection)
    audit.record(
        integration=integration, actor=actor, verb="created connection", target=name, detail=_described(connection)
    )
    return connection


@transaction.atomic
def update_connection(
    *,
    actor: Any,
    connection: Connection,
    name: str | None = None,
    base_url: str | None = None,
    authentication_kind: str | None = None,
    settings: dict[str, Any] | None = None,
    secrets: dict[str, str] | None = None,
    limits: dict[str, Any] | None = None,
) -> Connection:
    """Change what is given and keep the rest; only the given secrets are replaced. Raises Refused.

    Stored secrets never travel to another host: with a new address they must be given again.
    """
    rows = Connection.objects.select_related("integration", "connector").select_for_update(of=("self",))
    connection = rows.get(pk=connection.pk)
    before = _described(connection)
    kind = connection.authentication_kind if authentication_kind is None else authentication_kind
    if settings is None:
        settings = connection.settings if kind == connection.authentication_kind else {}
    _fill(
        connection,
        connection.name if name is None else name,
        connection.base_url if base_url is None else base_url,
        kind,
        settings,
        {field: secret for field, secret in (secrets or {}).items() if secret},
        limits or {},
    )
    _save(connection)
    _record_change(actor, connection, before, secrets)
    return connection


@transaction.atomic
def delete_connection(*, actor: Any, connection: Connection) -> None:
    """Raises Refused while anything refers to the connection."""
    audit.record(integration=connection.integration, actor=actor, verb="deleted connection", target=connection.name)
    try:
        connection.delete()
    except RestrictedError as error:
        count = len(error.restricted_objects)
        kind = next(iter(error.restricted_objects))._meta
        what = f"{count} {kind.verbose_name_plural} refer" if count > 1 else f"1 {kind.verbose_name} refers"
        text = f"{connection} is in use: {what} to it, and their history is kept."
        raise Refused(f"{text} Change its address or credentials instead.") from None


def rotate_credentials() -> tuple[int, list[str]]:
    """Seal everything with the newest key: (how many connections, names of those that no key opens)."""
    rotated, unreadable = 0, []
    for pk, sealed, name in Connection.objects.exclude(sealed_secrets="").values_list("pk", "sealed_secrets", "name"):
        try:
            fresh = safe.reseal(sealed)
        except AuthenticationError:
            unreadable.append(name)
            continue
        # Who changes the secrets meanwhile wins; theirs are under the newest key anyway.
        unchanged = Connection.objects.filter(pk=pk, sealed_secrets=sealed)
        unchanged.update(sealed_secrets=fresh, sealed_token="", token_expires_at=None)
        rotated += 1
    return rotated, unreadable


def _fill(
    connection: Connection,
    name: str,
    base_url: str,
    kind: str,
    settings: dict[str, Any],
    secrets: dict[str, str],
    limits: dict[str, Any],
) -> None:
    """Put checked values into the connection. Raises Refused with every problem at once."""
    settings = _with_absolute_token_url(settings, base_url)
    stored = connection_rules.stored_secrets(connection, base_url, kind, settings)
    problems = [
        *connection_rules.name_problems(name),
        *connection_rules.address_problems(base_url),
        *connection_rules.limit_problems(limits),
        *connection_rules.authentication_problems(kind, settings, secrets, stored),
    ]
    if problems:
        raise Refused(problems)
    connection.name, connection.base_url = name.strip(), base_url.strip().rstrip("/")
    connection.authentication_kind = kind
    connection.settings = {field.name: settings[field.name] for field in KINDS[kind].fields if settings.get(field.name)}
    connection.sealed_secrets = safe.merged(stored.kept, secrets)
    connection.sealed_token, connection.token_expires_at = "", None
    for limit, value in limits.items():
        setattr(connection, limit, value.strip() if isinstance(value, str) else value)


def _with_absolute_token_url(settings: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Documents may give the token address as a path on the system's own host."""
    token_url = settings.get("token_url")
    if not isinstance(token_url, str) or not token_url.startswith("/"):
        return settings
    return settings | {"token_url": addresses.joined(base_url.strip(), token_url)}


def _save(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:
        text = f"{connection.integration} already has a connection named {connection.name}. Choose another name."
        raise Refused(text, "name") from None


def _described(connection: Connection) -> dict[str, Any]:
    """What an audit entry may say: everything but secrets."""
    return {
        "name": connection.name,
        "connector": connection.connector.name,
        "base_url": connection.base_url,
        "authentication_kind": connection.authentication_kind,
        "settings": connection.settings,
        **{limit: getattr(connection, limit) for limit in connection_rules.LIMITS},
        "idempotency_header": connection.idempotency_header,
        "honours_idempotency_key": connection.honours_idempotency_key,
    }


def _record_change(actor: Any, connection: Connection, before: dict[str, Any], secrets: Any) -> None:
    changed = {key: value for key, value in _described(connection).items() if before[key] != value}
    if secrets:
        changed["secrets"] = "replaced"
    audit.record(
        integration=connection.integration,
        actor=actor,
        verb="changed connection",
        target=connection.name,
        detail=changed,
    )
