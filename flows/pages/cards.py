"""The steps of a definition as a person reads them: one card each, with the problems beside it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from flows.definition.context import Context
from flows.definition.schema import TRIGGER_KINDS
from flows.definition.words import condition_of, say_condition
from flows.models import Flow
from flows.pages.step_forms.fields import html_id
from flows.steps import SETTINGS
from flows.templatetags.steps import say_place
from integrations.problems import Problem

_IN_STEP = re.compile(r"steps\[(\d+)\]\.?(.*)", re.DOTALL)
_IN_TRIGGER = re.compile(r"trigger\.?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LinkedProblem:
    """`url` leads to the field that has to change, empty where there is none; `where` names it for a person."""

    text: str
    place: str
    url: str
    where: str


@dataclass(frozen=True, slots=True)
class Card:
    """`next_name` is the name of the step that follows, empty for the last."""

    number: int
    step: dict[str, Any]
    kind: str
    sentence: str
    condition: str
    url: str
    next_name: str
    problems: list[LinkedProblem] = field(default_factory=list)


def cards_of(flow: Flow, definition: dict[str, Any], context: Context, problems: Iterable[LinkedProblem]) -> list[Card]:
    names = {step["id"]: step["name"] for step in definition["steps"]}
    listed = list(problems)
    next_names = [*[step["name"] for step in definition["steps"]][1:], ""]
    return [
        Card(
            number=number,
            step=step,
            kind=SETTINGS[step["kind"]].LABEL,
            sentence=say_step(step, context),
            condition=say_condition(condition_of(step), names) if number else "",
            url=step_url(flow, step["id"]),
            next_name=following,
            problems=[problem for problem in listed if problem.place.startswith(f"steps[{number}]")],
        )
        for number, (step, following) in enumerate(zip(definition["steps"], next_names, strict=False))
    ]


def link_problems(flow: Flow, definition: dict[str, Any], problems: Iterable[Problem]) -> list[LinkedProblem]:
    return [
        LinkedProblem(p.text, p.place, _url_of(flow, definition, p.place), _say_where(definition, p.place))
        for p in problems
    ]


def step_url(flow: Flow, step_id: str) -> str:
    return reverse("step-edit", kwargs={"integration": flow.integration.slug, "flow": flow.slug, "step": step_id})


def say_step(step: dict[str, Any], context: Context) -> str:
    """The step's sentence, with the action path by the name that people know."""
    settings = step["settings"]
    if step["kind"] != "connector_action":
        return SETTINGS[step["kind"]].sentence(settings)
    connector = context.connectors.get(settings["connector"])
    action_path = connector and connector.action_path(settings["action_path"])
    return SETTINGS[step["kind"]].sentence(settings, action_path.label if action_path else "")


def say_trigger(trigger: dict[str, Any]) -> str:
    starts = {
        "on_demand": "Somebody starts the flow, here or through the API.",
        "webhook": "Another system starts the flow by sending data to its address.",
    }
    checked = " The data are checked against the input schema." if trigger.get("input_schema") else ""
    return starts[trigger["kind"]] + checked


def trigger_label(trigger: dict[str, Any]) -> str:
    return TRIGGER_KINDS[trigger["kind"]]


def _say_where(definition: dict[str, Any], place: str) -> str:
    """For instance "Send > Error condition"."""
    in_step, in_trigger = _IN_STEP.fullmatch(place), _IN_TRIGGER.fullmatch(place)
    if in_step and int(in_step[1]) < len(definition["steps"]):
        name = definition["steps"][int(in_step[1])]["name"]
        return f"{name} > {say_place(in_step[2])}" if in_step[2] else name
    return "Trigger" if in_trigger else ""


def _url_of(flow: Flow, definition: dict[str, Any], place: str) -> str:
    in_step, in_trigger = _IN_STEP.fullmatch(place), _IN_TRIGGER.fullmatch(place)
    if in_step and int(in_step[1]) < len(definition["steps"]):
        return f"{step_url(flow, definition['steps'][int(in_step[1])]['id'])}#{html_id(in_step[2])}"
    if in_trigger:
        url = reverse("flow-trigger", kwargs={"integration": flow.integration.slug, "flow": flow.slug})
        return f"{url}#{in_trigger[1].split('.')[0] or 'kind'}"
    return ""
