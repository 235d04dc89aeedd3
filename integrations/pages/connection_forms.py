"""The form of a connection: its fields follow the connector's kinds of authentication."""

from typing import Any

from django import forms

from connectors.authentication import KINDS, Field
from connectors.models import Connector
from integrations import secrets as safe
from integrations.connection_rules import LIMITS, address_problems
from integrations.models import Connection

QUIET = {"autocomplete": "off", "spellcheck": "false"}


class ConnectionForm(forms.Form):
    """Fields of a kind are named <kind>-<field>; only those of the chosen kind are read."""

    name = forms.CharField(max_length=120, help_text="Flows refer to the connection by this name.")
    base_url = forms.CharField(
        max_length=2000,
        label="Base address",
        widget=forms.TextInput(attrs={"inputmode": "url", **QUIET}),
        help_text="Every action path is added to it, e.g. https://vista.example/api",
    )
    authentication_kind = forms.ChoiceField(label="How it authenticates")
    concurrency = forms.IntegerField(
        min_value=LIMITS["concurrency"].least,
        max_value=LIMITS["concurrency"].most,
        label="Requests at the same time",
        help_text="At most this many, over all flows and servers.",
    )
    requests_per_second = forms.IntegerField(
        required=False,
        min_value=LIMITS["requests_per_second"].least,
        max_value=LIMITS["requests_per_second"].most,
        help_text="In any second, over all flows and servers. Empty: no limit.",
    )
    requests_per_minute = forms.IntegerField(
        required=False,
        min_value=LIMITS["requests_per_minute"].least,
        max_value=LIMITS["requests_per_minute"].most,
        help_text="In any minute, over all flows and servers. Empty: no limit.",
    )
    processing_minutes = forms.IntegerField(
        min_value=LIMITS["processing_minutes"].least,
        max_value=LIMITS["processing_minutes"].most,
        label="Minutes between processings",
        help_text="For actions without real-time processing.",
    )
    idempotency_header = forms.CharField(
        max_length=100,
        widget=forms.TextInput(attrs={"class": "mono", **QUIET}),
        help_text="The same key for all attempts at an action is sent in it.",
    )
    honours_idempotency_key = forms.BooleanField(
        required=False,
        label="The system honours the key",
        help_text="Then an action with an unknown outcome is sent again by itself. "
        "Tick it only when the system's documentation promises it.",
    )

    def __init__(self, data: Any = None, *, connector: Connector, connection: Connection | None = None) -> None:
        self.connector = connector
        self.connection = connection or _new_connection(connector)
        self.stored = safe.names_in(self.connection.sealed_secrets) or ()
        super().__init__(data, initial=self._initial())
        self.fields["authentication_kind"].choices = _kind_choices(connector)  # type: ignore[attr-defined]
        for kind, known in KINDS.items():
            for field in known.fields:
                self.fields[f"{kind}-{field.name}"] = self._kind_field(kind, field)

    def clean_base_url(self) -> str:
        for problem in address_problems(self.cleaned_data["base_url"]):
            raise forms.ValidationError(problem.text)
        return self.cleaned_data["base_url"]

    def values(self) -> dict[str, Any]:
        """The arguments of create_connection and update_connection."""
        data = self.cleaned_data
        kind = data["authentication_kind"]
        given = {field: data[f"{kind}-{field.name}"] for field in KINDS[kind].fields}
        return {
            "name": data["name"],
            "base_url": data["base_url"],
            "authentication_kind": kind,
            "settings": {field.name: value for field, value in given.items() if not field.secret and value},
            "secrets": {field.name: value for field, value in given.items() if field.secret and value},
            "limits": {name: data[name] for name in (*LIMITS, "idempotency_header", "honours_idempotency_key")},
        }

    @property
    def place_names(self) -> dict[str, str]:
        """Which field of this form each place of a refusal means."""
        kind = self.data.get("authentication_kind", "")
        names = {
            f"{'secrets' if field.secret else 'settings'}.{field.name}": f"{kind}-{field.name}"
            for field in (KINDS[kind].fields if kind in KINDS else ())
        }
        return names | {f"limits.{name}": name for name in self.fields}

    @property
    def kinds_shown(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """(kind, label, fields), for the kinds that have any."""
        return [
            (kind, known.label, [self[f"{kind}-{field.name}"] for field in known.fields])
            for kind, known in KINDS.items()
            if known.fields
        ]

    def _initial(self) -> dict[str, Any]:
        connection = self.connection
        plain = ("name", "base_url", "authentication_kind", *LIMITS, "idempotency_header", "honours_idempotency_key")
        return {name: getattr(connection, name) for name in plain} | {
            f"{kind}-{field.name}": self._initial_of(kind, field)
            for kind, known in KINDS.items()
            for field in known.fields
            if not field.secret
        }

    def _initial_of(self, kind: str, field: Field) -> str:
        if kind == self.connection.authentication_kind and field.name in self.connection.settings:
            return self.connection.settings[field.name]
        declared = _declared(self.connector, kind).get(field.name)
        # A document lists all scopes there are; which of them are wanted, only a person knows.
        return declared if isinstance(declared, str) and declared else field.default

    def _kind_field(self, kind: str, field: Field) -> forms.Field:
        common: dict[str, Any] = {
            "label": field.label,
            "required": field.required and self._is_asked(kind, field),
            "help_text": field.help,
            "error_messages": {"required": f"{field.label} is missing."},
        }
        if field.choices:
            return forms.ChoiceField(choices=field.choices, **common)
        if not field.secret:
            return forms.CharField(widget=forms.TextInput(attrs=QUIET), **common)
        if self._is_stored(kind, field):
            common["help_text"] = "Stored; leave empty to keep it."
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})
        return forms.CharField(widget=widget, **common)

    def _is_asked(self, kind: str, field: Field) -> bool:
        is_chosen = not self.is_bound or self.data.get("authentication_kind") == kind
        return is_chosen and not self._is_stored(kind, field)

    def _is_stored(self, kind: str, field: Field) -> bool:
        return field.secret and kind == self.connection.authentication_kind and field.name in self.stored


def _new_connection(connector: Connector) -> Connection:
    """What the form of a new connection begins with."""
    first_server = connector.servers[0]["url"] if connector.servers else ""
    return Connection(
        connector=connector,
        name=connector.name,
        base_url=connector.base_url or (first_server if first_server.startswith("http") else ""),
        authentication_kind=next(iter(_declared_kinds(connector)), "none"),
    )


def _declared_kinds(connector: Connector) -> list[str]:
    return list(dict.fromkeys(entry["kind"] for entry in connector.authentication if entry.get("kind") in KINDS))


def _declared(connector: Connector, kind: str) -> dict[str, Any]:
    """What the connector's document says about that kind."""
    return next((entry for entry in connector.authentication if entry.get("kind") == kind), {})


def _kind_choices(connector: Connector) -> list[Any]:
    declared = _declared_kinds(connector)
    others = [(kind, known.label) for kind, known in KINDS.items() if kind not in declared]
    if not declared:
        return others
    named = [(kind, KINDS[kind].label) for kind in declared]
    return [("Named in the connector's document", named), ("Others", others)]
