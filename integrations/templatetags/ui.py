"""The tags of the component templates (templates/components/README.md)."""

import re
from datetime import datetime
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from connectors import exact_json
from integrations.markup.json_tree import json_tree as as_json_tree
from integrations.markup.schema_tree import schema_tree as as_schema_tree
from integrations.permissions import Right

register = template.Library()

TONES = {
    "good": {"Success", "SUCCESSFUL", "Successful", "ACTION_HANDLED_SUCCESSFUL", "QUEUE_ACTION_SUCCESSFUL"},
    "warn": {"WAITING", "Outcome Unknown", "Unknown", "Pending Retry", "Suspended"},
    "bad": {"Failed", "FAILED", "EXCEPTION", "Failure", "Exception", "ACTION_HANDLED_FAILED"},
    "busy": {"In Progress", "Processing", "Started"},
}
TIME_FORMATS = {"day": "j M Y", "minute": "j M Y, H:i", "second": "H:i:s"}


@register.filter
def pretty_json(value: Any) -> str:
    """JSON for people: indented, in their own alphabet."""
    return exact_json.pretty(value)


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs, parted by empty lines; lines broken by hand flow together."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return format_html_join("\n", "<p>{}</p>", ((part,) for part in parts if part))


@register.filter
def starts_with(text: str, beginning: str) -> bool:
    return str(text).startswith(str(beginning))


@register.simple_tag
def json_tree(value: Any) -> SafeString:
    return as_json_tree(value)


@register.simple_tag
def schema_tree(schema: Any, prefix: str = "type") -> SafeString:
    return as_schema_tree(schema, prefix)


@register.simple_tag
def icon(name: str) -> str:
    """The drawing templates/components/icons/<name>.svg; decoration, hidden from screen readers."""
    return render_to_string(f"components/icons/{name}.svg")


@register.simple_tag
def crumb(label: Any, url: str = "") -> SafeString:
    """One step of the breadcrumb; without an address it is the page itself."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li><span aria-current="page">{}</span></li>', label)


@register.simple_tag
def status(value: Any, label: str = "") -> SafeString:
    """The badge of a status of a run, step, action, attempt or import."""
    tone = next((tone for tone, statuses in TONES.items() if value in statuses), "")
    look = "code" if "_" in str(value) else ""
    return format_html('<span class="badge status {} {}">{}</span>', tone, look, label or value)


@register.simple_tag
def moment(value: datetime | None, to: str = "minute", missing: str = "never") -> SafeString:
    """A time, which the browser shows in the reader's own zone; `to` is day, minute or second."""
    if value is None:
        return format_html('<span class="muted">{}</span>', missing)
    shown = date_format(timezone.localtime(value), TIME_FORMATS[to])
    zone = "" if to == "day" else f" {timezone.localtime(value):%Z}"
    return format_html(
        '<local-time to="{}"><time datetime="{}">{}{}</time></local-time>', to, value.isoformat(), shown, zone
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, optional: str = "optional") -> dict[str, Any]:
    """A form field with its label, help and errors, tied together by ids; a yes/no is a switch.

    `optional` follows the label of what may stay empty; "" leaves it out, for one of several ways.
    """
    is_toggle = isinstance(bound.field.widget, forms.CheckboxInput)
    widget = bound.as_widget(attrs={"role": "switch"}) if is_toggle else bound.as_widget()
    return {"field": bound, "widget": widget, "is_toggle": is_toggle, "optional": optional}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """What stands in the way of saving, with links to the fields."""
    return {"form": form}


@register.filter
def allows(rights: frozenset[Right], name: str) -> bool:
    """Whether the rights of a member hold Right.<name>."""
    return Right[name] in rights
