"""What makes one sample system: the words that its operations, answers and refusals are written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.sandbox.storage import Store

DOCUMENTS = Path(__file__).parent / "documents"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has passed every check of the document.

    `body` holds only what the document lets a caller set; `path` and `query` hold typed values.
    """

    store: Store
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body of an answer; None stands for no body at all."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a sentence, the names that lead to the property, facts for programs."""

    text: str
    source: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


class Refusal(Exception):
    """The system says no, and nothing was changed. `code` is the kind of failure, in a few words."""

    def __init__(self, status: int, code: str, *problems: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {'; '.join(problem.text for problem in problems)}")
        self.status = status
        self.code = code
        self.problems = problems
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a system lets in; an empty text switches that way of logging in off."""

    api_key: str
    username: str = ""
    password: str = ""
    client_id: str = ""
    client_secret: str = ""


@dataclass(frozen=True, slots=True)
class System:
    key: str
    name: str
    document: Path
    default_address: str
    credentials: Credentials
    operations: Mapping[str, Callable[[Call], Answer]]
    seed: Callable[[Store], None]
    describe_refusal: Callable[[Refusal, str], dict[str, Any]]
    refusal_media_type: str
    sends_changes: bool = False


def now() -> str:
    """The present moment as both systems write it: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def find(store: Store, kind: str, key: str, text: str, *source: str) -> Any:
    """The stored record, or a 404 that says `text`."""
    record = store.get(kind, key)
    if record is None:
        raise Refusal(404, "Not Found", Problem(text, source))
    return record
