"""The kinds of authentication: the fields that each asks for, and the credentials made from them."""

import re
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

from connectors.messages import Answer, Call, Credentials

DEFAULT_TOKEN_SECONDS = 300
# In the place of a secret, while credentials are made that nobody will send.
STAND_IN = "x"
NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)


class AuthenticationError(Exception):
    """No credentials could be made; the message says why and what to do.

    `answer` is what the token address said, where it was asked.
    """

    def __init__(self, message: str, answer: Answer | None = None) -> None:
        super().__init__(message)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to ask for. `choices` are (value, label) pairs; empty means free text."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    label: str
    fields: tuple[Field, ...] = ()

    def problems(self, settings: dict, secrets: dict) -> list[tuple[Field, str]]:
        """What is wrong with the given values, field by field."""
        found = ((field, _problem(field, secrets if field.secret else settings)) for field in self.fields)
        return [(field, text) for field, text in found if text]


KINDS: dict[str, Kind] = {
    "none": Kind("No authentication"),
    "api_key": Kind(
        "API key",
        (
            Field("parameter_name", "Key's name", "The header or parameter that carries the key.", default="X-API-Key"),
            Field(
                "in",
                "Sent in",
                default="header",
                choices=(("header", "Header"), ("query", "Query parameter"), ("cookie", "Cookie")),
            ),
            Field("api_key", "API key", secret=True),
        ),
    ),
    "basic": Kind(
        "User name and password (Basic)",
        (
            Field("username", "User name"),
            Field(
                "password",
                "Password",
                "May be empty where the user name is the key.",
                secret=True,
                required=False,
            ),
        ),
    ),
    "bearer": Kind("Bearer token", (Field("token", "Token", "Sent as Authorization: Bearer …", secret=True),)),
    "oauth2_client_credentials": Kind(
        "OAuth 2.0 client credentials",
        (
            Field(
                "token_url",
                "Token address",
                "Where access tokens are fetched, e.g. https://example.com/oauth/token",
            ),
            Field("client_id", "Client id"),
            Field("client_secret", "Client secret", secret=True),
            Field(
                "scopes",
                "Scopes",
                "Separated by spaces; empty asks for the system's default.",
                required=False,
            ),
            Field(
                "client_authentication",
                "Client id and secret are sent in",
                default="basic",
                choices=(("basic", "The Authorization header"), ("body", "The form")),
            ),
        ),
    ),
}


def credentials(kind: str, settings: dict, secrets: dict, *, access_token: str | None = None) -> Credentials:
    """The credentials of one call. Raises AuthenticationError when a value is missing or cannot be sent."""
    known = _known(kind)
    for field, text in known.problems(settings, secrets):
        raise AuthenticationError(f"{known.label}: {field.label} {text}")
    match kind:
        case "api_key":
            return _api_key(
                _value(known, "in", settings), _value(known, "parameter_name", settings), secrets["api_key"]
            )
        case "basic":
            return Credentials(headers={"Authorization": _basic(settings["username"], secrets.get("password", ""))})
        case "bearer":
            return Credentials(headers={"Authorization": f"Bearer {secrets['token']}"})
        case "oauth2_client_credentials":
            return Credentials(headers={"Authorization": f"Bearer {_token(access_token)}"})
    return Credentials()


def masked(kind: str, settings: dict) -> Credentials:
    """Where the credentials of a call stand, made without them. Raises AuthenticationError for a wrong setting."""
    stand_ins = {field.name: STAND_IN for field in _known(kind).fields if field.secret}
    return credentials(kind, settings, stand_ins, access_token=STAND_IN).masked()


def describe(kind: str, settings: dict) -> str:
    """How a call proves itself, in words and without secrets: "API key in X-API-Key"."""
    match kind:
        case "api_key":
            return f"API key in {_value(KINDS[kind], 'parameter_name', settings)}"
        case "basic":
            return f"user name {settings.get('username', '')} and its password"
        case "bearer":
            return "bearer token"
        case "oauth2_client_credentials":
            return f"access token for client id {settings.get('client_id', '')}"
    return "no authentication"


def token_request(settings: dict, secrets: dict, *, system: str = "") -> Call:
    """The call that fetches an OAuth2 access token (RFC 6749, section 4.4)."""
    form = {"grant_type": "client_credentials"}
    if settings.get("scopes"):
        form["scope"] = settings["scopes"]
    client_id, client_secret = settings["client_id"], secrets["client_secret"]
    proof = Credentials()
    if settings.get("client_authentication") == "body":
        form |= {"client_id": client_id, "client_secret": client_secret}
    else:
        # Section 2.3.1: both are form-encoded before Basic puts them together.
        proof = Credentials(headers={"Authorization": _basic(quote_plus(client_id), quote_plus(client_secret))})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return Call("POST", settings["token_url"], headers, urlencode(form).encode(), proof, system)


def read_token(answer: Answer) -> tuple[str, float]:
    """(access token, seconds that it lasts) from the token address's answer. Raises AuthenticationError."""
    if answer.trouble:
        raise AuthenticationError(f"No access token: {answer.message}", answer)
    body = answer.body if isinstance(answer.body, dict) else {}
    token = body.get("access_token")
    if answer.status != 200 or not isinstance(token, str) or not token:
        raise AuthenticationError(f"No access token: {_token_refusal(answer, body)}", answer)
    if _unsendable(token):
        raise AuthenticationError("No access token: the one that came back cannot be sent in a header.", answer)
    return token, _seconds(body.get("expires_in"))


def _token_refusal(answer: Answer, body: dict) -> str:
    said = body.get("error_description") or body.get("error")
    if answer.status == 200:
        return "the token address answered 200, but with no access_token in it. Check the token address."
    if not isinstance(said, str):
        return f"the token address answered {answer.status}. Check the token address, client id and secret."
    return f"the token address answered {answer.status}: {said[:300]}"


def _seconds(expires_in: object) -> float:
    """Some systems write the number as text, some leave it out."""
    try:
        seconds = float(expires_in)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return DEFAULT_TOKEN_SECONDS
    return seconds if 0 < seconds < 10**9 else DEFAULT_TOKEN_SECONDS


def _known(kind: str) -> Kind:
    if kind not in KINDS:
        raise AuthenticationError(f"There is no authentication kind {kind!r}; choose one of {', '.join(KINDS)}.")
    return KINDS[kind]


def _value(kind: Kind, name: str, settings: dict) -> str:
    field = next(field for field in kind.fields if field.name == name)
    return settings.get(name) or field.default


def _problem(field: Field, values: dict) -> str:
    value = values.get(field.name) or field.default
    if not isinstance(value, str):
        return "must be a text."
    if not value:
        return "is missing." if field.required else ""
    if field.choices and value not in dict(field.choices):
        return f"must be one of {', '.join(dict(field.choices))}."
    if field.name == "parameter_name" and not NAME.fullmatch(value):
        return "cannot be the name of a header or parameter."
    if field.name == "username" and ":" in value:
        return "may not hold a colon."
    if field.secret and (_unsendable(value) if field.name != "password" else not value.isprintable()):
        return "holds a line break or a character that cannot be sent; paste it again."
    return ""


def _api_key(place: str, name: str, key: str) -> Credentials:
    match place:
        case "query":
            return Credentials(query={name: key})
        case "cookie":
            return Credentials(cookies={name: key})
    return Credentials(headers={name: key})


def _token(access_token: str | None) -> str:
    if not access_token:
        raise AuthenticationError("There is no access token yet; it is fetched before the call.")
    return access_token


def _basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


def _unsendable(text: str) -> bool:
    return not (text.isascii() and text.isprintable())
