"""A document with one operation and no more than it needs, for the viewer."""

import re
from typing import Any

from connectors.openapi.authentication import security_of
from connectors.openapi.problems import Refusal
from connectors.openapi.references import Dangling, Source, reference_in
from connectors.openapi.shapes import as_dict, as_list

_COMPONENT = re.compile(r"#/(components/[^/]+|definitions|parameters|responses)/([^/]+)")
_SWAGGER_HEAD = {"host", "basePath", "schemes", "consumes", "produces"}
_MISSING = {"description": "(left out: the document refers to something that is not in it)"}


class OneOperation:
    """Makes one-operation documents out of a whole one. Parts are shared with it, not copied."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._needed: dict[str, dict[str, None]] = {}  # component -> the components that it refers to
        self._usable: dict[str, Any] = {}  # component -> its value, references mended

    def document(self, method: str, path: str, item: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
        whole = self._source.document
        shown = {key: value for key, value in operation.items() if key not in ("callbacks", "servers")}
        parameters = [*as_list(item.get("parameters")), *as_list(operation.get("parameters"))]
        if parameters:
            shown["parameters"] = self._once(parameters)
        shown.setdefault("responses", {"default": {"description": ""}})
        mended = self._mended(shown)
        result = self._head(item, operation)
        result["paths"] = {path: {method: mended}}
        if security := whole.get("security"):
            result["security"] = security
        for place in self._reached(mended):
            self._put(result, place, self._component(place))
        self._put_security(result, operation)
        return result

    def _head(self, item: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
        whole = self._source.document
        info = as_dict(whole.get("info"))
        head: dict[str, Any] = {
            "info": {"title": str(info.get("title") or "API"), "version": str(info.get("version") or "")}
        }
        if self._source.dialect == "2.0":
            kept = {key: value for key, value in whole.items() if key in _SWAGGER_HEAD}
            return {"swagger": "2.0", **head, **kept}
        servers = operation.get("servers") or item.get("servers") or whole.get("servers")
        return {"openapi": str(whole["openapi"]), **head} | ({"servers": servers} if servers else {})

    def _once(self, parameters: list[Any]) -> list[Any]:
        """Of a path's parameter and the operation's own of the same name, only the latter."""
        result: dict[Any, Any] = {}
        for raw in parameters:
            try:
                declared = as_dict(self._source.resolve(raw, "")[0])
            except (Dangling, Refusal):
                continue
            result[str(declared.get("in")), str(declared.get("name"))] = raw
        return list(result.values())

    def _reached(self, node: Any) -> list[str]:
        reached: dict[str, None] = {}
        waiting = list(self._references(node))
        while waiting:
            place = waiting.pop()
            if place not in reached:
                reached[place] = None
                if place not in self._needed:
                    self._needed[place] = self._references(self._component(place))
                waiting += self._needed[place]
        return sorted(reached)

    def _references(self, node: Any) -> dict[str, None]:
        """The components that a part of the document refers to."""
        found: dict[str, None] = {}
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                if (reference := reference_in(node)) and (match := _COMPONENT.match(reference)):
                    found[match[0]] = None
                waiting.extend(node.values())
            elif isinstance(node, list):
                waiting.extend(node)
        return found

    def _component(self, place: str) -> Any:
        if place not in self._usable:
            self._usable[place] = self._mended(self._source.at(place, ""))
        return self._usable[place]

    def _mended(self, node: Any, inside: tuple[str, ...] = ()) -> Any:
        """The node with every reference usable in a document of its own; itself where all are."""
        if isinstance(node, list):
            return _same_or(node, [self._mended(member, inside) for member in node])
        if not isinstance(node, dict):
            return node
        reference = reference_in(node)
        if reference is None:
            return _same_or(node, {key: self._mended(value, inside) for key, value in node.items()})
        try:
            value = self._source.at(reference, "")
        except (Dangling, Refusal):
            return _MISSING
        if _COMPONENT.match(reference):
            return node
        # It points into a path, which is not part of the new document.
        return _MISSING if reference in inside else self._mended(value, (*inside, reference))

    def _put(self, result: dict[str, Any], place: str, value: Any) -> None:
        *folders, name = place.removeprefix("#/").split("/")
        target = result
        for folder in folders:
            target = target.setdefault(folder, {})
        target[name.replace("~1", "/").replace("~0", "~")] = value

    def _put_security(self, result: dict[str, Any], operation: dict[str, Any]) -> None:
        whole = self._source.document
        swagger = self._source.dialect == "2.0"
        schemes = as_dict(
            whole.get("securityDefinitions") if swagger else as_dict(whole.get("components")).get("securitySchemes")
        )
        kept = {name: schemes[name] for name in security_of(self._source, operation) if name in schemes}
        if not kept:
            result.pop("security", None)
        elif swagger:
            result["securityDefinitions"] = self._mended(kept)
        else:
            result.setdefault("components", {})["securitySchemes"] = self._mended(kept)


def _same_or(node: Any, mended: Any) -> Any:
    pairs = (
        zip(node.values(), mended.values(), strict=True) if isinstance(node, dict) else zip(node, mended, strict=True)
    )
    return node if all(one is other for one, other in pairs) else mended
