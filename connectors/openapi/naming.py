"""module > data object > action: names that a person reads, and a key that stays.

A name depends on nothing but its own operation (and on what came before it, where two would be the
same), so that operations added to a document later don't rename those already there.
"""

import re
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from connectors.openapi.shapes import as_list, as_text
from connectors.openapi.summaries import imperative, is_readable
from connectors.openapi.words import (
    capitalised,
    humanised,
    is_plural,
    lowered,
    singular,
    slug,
    with_article,
    words,
)

MAX_NAME = 100
MAX_ACTION = 160
MAX_SLUG = 60
MAX_DESCRIPTION = 70  # a longer one explains; it names nothing

_NO_RESOURCE = re.compile(r"(api|rest|restapi|odata|v?\d+(\.\d+)*)\Z", re.IGNORECASE)
_NOT_NAMED = re.compile(r"\{[^{}]*\}|\([^()]*\)|\.json\Z|\.xml\Z")
# A last segment that begins so is something done to what stands before it.
_PATH_VERBS = {
    "accept", "activate", "add", "apply", "approve", "archive", "assign", "authorize", "batch", "bulk", "calculate",
    "cancel", "check", "clear", "clone", "close", "complete", "confirm", "convert", "copy", "count", "create",
    "deactivate", "delete", "disable", "download", "enable", "execute", "export", "find", "generate", "get", "grant",
    "import", "invite", "list", "lock", "lookup", "mark", "me", "merge", "move", "pause", "post", "publish", "query",
    "reactivate", "reject", "release", "remove", "rename", "reopen", "replace", "resend", "reset", "restore",
    "resume", "retry", "revert", "revoke", "run", "search", "self", "send", "set", "share", "sign", "start", "stop",
    "submit", "subscribe", "suspend", "sync", "test", "transfer", "transition", "unarchive", "unassign", "undo",
    "unlock", "unpublish", "unsubscribe", "update", "upload", "upsert", "validate", "verify", "void",
}  # fmt: skip
_FILLER = {
    "a", "an", "the", "all", "one", "some", "existing", "new", "specific", "single", "given", "your", "this", "for",
    "of", "in", "from", "to", "on", "at",
}  # fmt: skip
_READS = {"get", "list", "retrieve", "return", "fetch", "read", "find", "show", "get-list"}
_DETAILS = {"by", "using", "with", "via", "based", "where", "which", "that", "when"}


@dataclass(frozen=True, slots=True)
class Names:
    key: str
    module: str
    data_object: str
    action: str


@dataclass(frozen=True, slots=True)
class _Resource:
    """What a path is about: the noun, the thing that it belongs to, what is done to it."""

    noun: str
    parent: str
    deed: str
    single: bool  # the path ends by naming one of them


class Naming:
    """Names operation after operation of one document, each differently."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._keys: set[str] = set()
        self._labels: set[tuple[str, str, str]] = set()

    def name(self, method: str, path: str, operation: dict[str, Any]) -> Names:
        resource_path = path.partition("?")[0]
        resource = _resource(resource_path)
        module = _cut(self._module(resource_path, operation), MAX_NAME)
        data_object = _cut(_data_object(resource) or module, MAX_NAME)
        label = _cut(_label(method, operation, resource, data_object), MAX_ACTION)
        action = self._unused_label(module, data_object, label, method, path)
        start = f"{_slugged(module, 'module')}/{_slugged(data_object, 'object')}/"
        short = _short_slug(label, data_object)
        if short in _READS:
            short = "get" if resource.single or not is_plural(data_object) else "list"
        return Names(self._unused_key(start, short, label, method), module, data_object, action)

    def _module(self, path: str, operation: dict[str, Any]) -> str:
        tags = [tag for tag in map(as_text, as_list(operation.get("tags"))) if tag]
        if tags:
            return tags[0] if " " in tags[0] else humanised(tags[0]) or tags[0]
        named = [segment for segment in map(_named, path.split("/")) if segment]
        return humanised(named[0]) if named else self._title or "General"

    def _unused_label(self, module: str, data_object: str, label: str, method: str, path: str) -> str:
        verb = method.upper()
        candidates = [label, f"{label} ({verb})", f"{label} ({verb} {path[-80:]})"]
        numbered = (f"{label} ({number})" for number in count(2))
        action = next(one for one in chain(candidates, numbered) if (module, data_object, one) not in self._labels)
        self._labels.add((module, data_object, action))
        return action

    def _unused_key(self, start: str, short: str, label: str, method: str) -> str:
        full = _slugged(label, method)
        candidates = [short or full, full, f"{full}-{method}"]
        numbered = (f"{full}-{number}" for number in count(2))
        key = next(start + one for one in chain(candidates, numbered) if start + one not in self._keys)
        self._keys.add(key)
        return key


def _named(segment: str) -> str:
    """The part of a path segment that names something; "" for placeholders, versions and "api"."""
    name = _NOT_NAMED.sub(" ", segment).strip()
    return "" if _NO_RESOURCE.match(name) or not words(name) else name


def _is_deed(name: str, *, named: bool) -> bool:
    """ "cancel", "revoke_access/{user}"; but not "bulk-pricing-rules", nor "post/{id}"."""
    first, *rest = words(name)
    if not rest:
        return first in _PATH_VERBS and not named
    return first in _PATH_VERBS and not is_plural(rest[-1])


def _resource(path: str) -> _Resource:
    nouns: list[str] = []
    parent = ""
    single = False
    for segment in path.split("/"):
        if name := _named(segment):
            parent = nouns[-1] if single and nouns else ""
            nouns.append(name)
            single = False
        if "{" in segment and nouns:
            single = True
    if len(nouns) < 2 or not _is_deed(nouns[-1], named=single):
        return _Resource(nouns[-1] if nouns else "", parent, "", single)
    before = _resource(path[: path.rindex(nouns[-1].split()[0])])  # a placeholder may have stood within the name
    return _Resource(before.noun, before.parent, nouns[-1], before.single)


def _data_object(resource: _Resource) -> str:
    noun, parent = humanised(resource.noun), singular(humanised(resource.parent))
    if not parent or noun.lower().startswith(parent.lower()):
        return noun
    return f"{parent} {lowered(noun)}"


def _label(method: str, operation: dict[str, Any], resource: _Resource, data_object: str) -> str:
    operation_id = as_text(operation.get("operationId"))
    summary, description = as_text(operation.get("summary")), as_text(operation.get("description"))
    for text in (summary, description if len(description) <= MAX_DESCRIPTION else ""):
        if is_readable(text, operation_id):
            return imperative(text)
    if not resource.noun:
        return humanised(operation_id) or f"{method.upper()} {lowered(data_object)}"
    return _from_path(method, resource, lowered(data_object))


def _from_path(method: str, resource: _Resource, noun: str) -> str:
    one = with_article(singular(noun))
    if resource.deed:
        return _from_deed(method, resource, noun, one)
    if resource.single:
        return f"{_ONE[method]} {singular(noun) if method in ('put', 'patch') else one}"
    if method == "post":
        return f"Add {one}"
    if not is_plural(noun):
        return f"{_MANY[method]} the {noun}"
    return f"List {noun}" if method == "get" else f"{_MANY[method]} {noun}"


def _from_deed(method: str, resource: _Resource, noun: str, one: str) -> str:
    deed = humanised(resource.deed)
    if deed in ("Me", "Self"):
        return f"{_MANY[method]} the current {singular(noun)}"
    if deed in ("Bulk", "Batch"):
        return f"{deed} {_MANY[method].lower()} {noun}"
    if " " in deed:
        return f"{deed} for {one if resource.single else noun}"
    return f"{deed} {one if resource.single else noun}"


_ONE = {
    "get": "Get",
    "post": "Post to",
    "put": "Update an existing",
    "patch": "Update an existing",
    "delete": "Delete",
    "head": "Check",
    "options": "Ask for the options of",
    "trace": "Trace",
}
_MANY = {**_ONE, "post": "Add", "put": "Update", "patch": "Update"}


def _short_slug(label: str, data_object: str) -> str:
    """The action without what its data object already says: "Add a cost code" -> "add"."""
    known = {singular(word) for word in words(data_object)}
    result = []
    for word in re.findall(r"[^\W_]+", re.sub(r"\([^()]*\)", " ", label.lower())):
        if word in _DETAILS:
            break
        if word not in _FILLER and singular(word) not in known:
            result.append(word)
    return _slugged(" ".join(result), "")


def _slugged(text: str, otherwise: str) -> str:
    whole = slug(text)
    if len(whole) > MAX_SLUG:
        whole = whole[:MAX_SLUG].rpartition("-")[0] or whole[:MAX_SLUG]
    return whole or otherwise


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else capitalised(text[: length - 1].rstrip()) + "…"
