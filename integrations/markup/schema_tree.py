"""A JSON Schema as nested <details>: each property with its type, rules and meaning."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from integrations.markup.schema_words import rules, type_words

NODE_LIMIT = 1500
DEPTH_LIMIT = 3
OPEN_DEPTH = 2
# What has more parts than this stands closed.
OPEN_PARTS = 8


def schema_tree(schema: Any, prefix: str = "type") -> SafeString:
    """HTML for a self-contained schema. Types that repeat or nest deeply stand once, below, and are linked.

    `prefix` keeps the ids of several trees on one page apart.
    """
    tree = _Tree(schema.get("$defs", {}) if isinstance(schema, dict) else {}, prefix)
    main = "".join(tree.children(schema, 0, frozenset()))
    if not main:
        main = format_html('<li class="leaf"><span class="type">{}</span></li>', type_words(schema))
    return mark_safe(f'<ul class="schema">{main}</ul>{"".join(tree.named_types())}')  # noqa: S308


@dataclass(slots=True)
class _Tree:
    definitions: dict[str, Any]
    prefix: str
    left: int = NODE_LIMIT
    linked: list[str] = field(default_factory=list)

    def children(self, schema: Any, depth: int, above: frozenset[str]) -> Iterator[str]:
        """One <li> for each part of the schema; `above` holds the types that stand open around it."""
        target, name = self._resolve(schema)
        if name:
            above = above | {name}
        for label, part, required in _parts(target):
            self.left -= 1
            yield from self._entry(label, part, required, depth, above)

    def named_types(self) -> Iterator[str]:
        """The linked types, each once; showing one may link more, which then follow."""
        for position, name in enumerate(self.linked):
            if position == 0:
                yield '<h3 class="schema-types">Types used above</h3>'
            body = "".join(self.children({"$ref": f"#/$defs/{name}"}, 1, frozenset()))
            yield format_html(
                # A link into a closed <details> opens it; a link to the <details> itself does not.
                '<details class="schema-type"><summary class="name">{}</summary>'
                '<ul class="schema" id="{}">{}</ul></details>',
                name,
                self._anchor(name),
                mark_safe(body),  # noqa: S308
            )

    def _entry(self, label: str, part: Any, required: bool, depth: int, above: frozenset[str]) -> Iterator[str]:
        target, name = self._resolve(part)
        head = _head(label, target, required)
        parts = sum(1 for _ in _parts(target))
        if not parts:
            yield format_html('<li class="leaf">{}{}</li>', head, _facts(target))
        elif name and (name in above or depth >= DEPTH_LIMIT or self.left < 0):
            yield format_html('<li class="leaf">{} {}{}</li>', head, self._link(name), _facts(target))
        else:
            opening = mark_safe(" open") if depth < OPEN_DEPTH and parts <= OPEN_PARTS else ""
            yield format_html("<li><details{}><summary>{}</summary>{}<ul>", opening, head, _facts(target))
            yield from self.children(part, depth + 1, above)
            yield "</ul></details></li>"

    def _resolve(self, schema: Any) -> tuple[Any, str]:
        """The schema that stands behind a reference, and the name of its type."""
        seen: list[str] = []
        while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            name = schema["$ref"].removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
            if name in seen or name not in self.definitions:
                return {"description": f"Refers to {schema['$ref']}, which is not there."}, ""
            seen.append(name)
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            target = self.definitions[name]
            schema = {**target, **beside} if isinstance(target, dict) else target
        return _without_null_branch(schema), seen[0] if seen else ""

    def _link(self, name: str) -> SafeString:
        if name not in self.linked:
            self.linked.append(name)
        return format_html('<a class="small" href="#{}">see {}</a>', self._anchor(name), name)

    def _anchor(self, name: str) -> str:
        return f"{self.prefix}-{slugify(name)}-{list(self.definitions).index(name)}"


def _parts(schema: Any) -> Iterator[tuple[str, Any, bool]]:
    """(label, schema, required) of all that stands directly inside a schema."""
    if not isinstance(schema, dict):
        return
    required = schema.get("required", [])
    for name, part in schema.get("properties", {}).items():
        yield name, part, name in required
    if isinstance(schema.get("items"), dict):
        yield "each item", schema["items"], False
    for position, part in enumerate(schema.get("prefixItems", []), start=1):
        yield f"item {position}", part, False
    if isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
        yield "any other property", schema["additionalProperties"], False
    for keyword, label in (("oneOf", "either"), ("anyOf", "any of"), ("allOf", "together with")):
        for position, part in enumerate(schema.get(keyword, []), start=1):
            yield _branch_label(label, position, part), part, False


def _branch_label(label: str, position: int, part: Any) -> str:
    title = part.get("title") or part.get("$ref", "").rpartition("/")[2] if isinstance(part, dict) else ""
    return f"{label} {title or position}"


def _without_null_branch(schema: Any) -> Any:
    """`anyOf: [X, null]` is X that may be null, which reads better."""
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword) if isinstance(schema, dict) else None
        if isinstance(branches, list) and len(branches) == 2 and {"type": "null"} in branches:
            kept = next((branch for branch in branches if branch != {"type": "null"}), None)
            if isinstance(kept, dict) and isinstance(kept.get("type"), str) and "$ref" not in kept:
                rest = {key: value for key, value in schema.items() if key != keyword}
                return {**kept, **rest, "type": [kept["type"], "null"]}
    return schema


def _head(label: str, schema: Any, required: bool) -> SafeString:
    marks = ["required"] if required else []
    if isinstance(schema, dict):
        marks += [
            word for key, word in (("deprecated", "deprecated"), ("writeOnly", "never read back")) if schema.get(key)
        ]
    badges = format_html_join(" ", '<span class="badge">{}</span>', ((mark,) for mark in marks))
    return format_html(
        '<span class="name">{}</span> <span class="type">{}</span> {}', label, type_words(schema), badges
    )


def _facts(schema: Any) -> SafeString:
    meaning = schema.get("description", "") if isinstance(schema, dict) else ""
    asked = " · ".join(rules(schema))
    return format_html(
        "{}{}",
        format_html('<span class="meaning">{}</span>', meaning) if meaning else "",
        format_html('<span class="rules">{}</span>', asked) if asked else "",
    )
