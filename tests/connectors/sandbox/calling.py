"""A caller of a sample system that checks every answer against the system's own document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import requests

from connectors import exact_json
from connectors.sandbox.contract import read_contract
from connectors.sandbox.schemas import shown_or_taken, validator
from connectors.sandbox.server import SampleServer
from tests.servers import PATIENCE

VISTA_KEY = {"X-API-Key": "vista-sample-key"}
PROJECTSIGHT_KEY = {"X-API-Key": "projectsight-sample-key"}


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class Caller:
    server: SampleServer
    credentials: Mapping[str, str]
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.document = shown_document(self.server.application.system.document)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        """Call an operation; its answer must be one that the document declares."""
        answer = self.send(method, path, body, **headers)
        check_documented(self.document, method, path, answer)
        return answer

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        """Call anything. Header names are written with underscores."""
        sent = {**self.credentials, **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = None
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            data = body if isinstance(body, bytes) else exact_json.to_bytes(body)
        response = self.session.request(method, self.server.url + path, data=data, headers=sent, timeout=PATIENCE)
        is_json = response.content and "json" in response.headers.get("Content-Type", "")
        answered = exact_json.loads(response.content) if is_json else response.text
        return Answered(response.status_code, response.headers, answered)

    def fault(self, fault: str, **settings: Any) -> None:
        assert self.send("POST", "/sandbox/faults", {"fault": fault, **settings}).status == 201


@cache
def shown_document(path: Path) -> dict[str, Any]:
    """The document as answers must agree with it."""
    return dict(shown_or_taken(read_contract(path).document, hidden="writeOnly"))


def check_documented(document: dict[str, Any], method: str, path: str, answer: Answered) -> None:
    operation = find_operation(document, method, path)
    declared = operation["responses"].get(str(answer.status))
    assert declared is not None, f"{method} {path} answered {answer.status}, which is not documented"
    if "$ref" in declared:
        declared = document["components"]["responses"][declared["$ref"].rpartition("/")[2]]
    if "content" not in declared:
        assert answer.body == ""
        return
    media_type = answer.headers["Content-Type"].partition(";")[0]
    errors = list(validator(declared["content"][media_type]["schema"], document).iter_errors(answer.body))
    assert not errors, errors


def find_operation(document: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    for template, item in document["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if re.fullmatch(pattern, path.partition("?")[0]) and method.lower() in item:
            return item[method.lower()]
    raise AssertionError(f"{method} {path} is not documented")
