"""Calling the API as a program does: with a token, in JSON."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from connectors import exact_json
from integrations.commands.tokens import issue_token

ROOT = "/api/v1/"


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def problems(self) -> dict[str, str]:
        return {problem["place"]: problem["text"] for problem in self.body["problems"]}


class Program:
    """Speaks for a user; for None it is a stranger without a token."""

    def __init__(self, user: Any) -> None:
        self._client = Client(raise_request_exception=True)
        self._token = {"Authorization": f"Token {issue_token(user=user)}"} if user else {}

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None) -> Answer:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any) -> Answer:
        return self.call("PUT", path, body)

    def patch(self, path: str, body: Any) -> Answer:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def upload(self, path: str, fields: dict[str, Any]) -> Answer:
        return _answer(self._client.post(ROOT + path, fields, headers=self._token))

    def call(self, method: str, path: str, body: Any = None, *, query: dict[str, Any] | None = None) -> Answer:
        return self.send(method, path, b"" if body is None else exact_json.to_bytes(body), query=query)

    def send(
        self, method: str, path: str, body: bytes, *, kind: str = "application/json", query: dict | None = None
    ) -> Answer:
        address = path if path.startswith(("/", "http")) else ROOT + path
        answered = self._client.generic(method, address, body, kind, headers=self._token, query_params=query or {})
        return _answer(answered)


def _answer(response: Any) -> Answer:
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    return Answer(response.status_code, exact_json.loads(response.content) if is_json else None, dict(response.headers))
