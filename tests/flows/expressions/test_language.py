"""The language: whatever Node gives for an expression, the sandbox gives too.

oracle/expressions.txt has the expressions by topic, oracle/data.json what they see, and
oracle/expected.json what Node gave, with its version. Where Node is at hand it is asked again.
"""

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flows.expressions import EvaluationError, Scope, evaluate
from tests.conftest import require_service
from tests.flows.expressions.making import expression

ORACLE = Path(__file__).parent / "oracle"
DATA = json.loads((ORACLE / "data.json").read_text())
EXPECTED = json.loads((ORACLE / "expected.json").read_text())

# Where we differ from Node on purpose: its JSON makes null of what is no number or no date, and shows
# the inside of a numeral object; we say what is wrong.
REFUSED = {"new Date(NaN)", "[NaN]", "numeral(4)"}


@pytest.mark.parametrize("case", EXPECTED["results"], ids=lambda case: case["expression"][:80])
def test_an_expression_gives_what_node_gives(case: dict[str, Any]) -> None:
    source = case["expression"]
    if "fails" in case or source in REFUSED:
        with pytest.raises(EvaluationError):
            evaluate(expression(source), make_scope())
        return
    evaluation = evaluate(expression(source), make_scope())
    assert evaluation.missing == ("undefined" in case)
    assert as_node(evaluation.value) == case.get("value")


def test_the_oracle_is_large_and_says_where_it_is_from() -> None:
    assert len(EXPECTED["results"]) >= 300
    assert EXPECTED["node"].startswith("v")


def test_node_still_gives_what_is_stored() -> None:
    node = shutil.which("node")
    require_service(node is not None, "Node is not installed; it is what the expected values come from")
    command = [str(node), ORACLE / "generate.mjs"]
    answer = subprocess.run(command, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}, capture_output=True, check=True)
    assert json.loads(answer.stdout)["results"] == EXPECTED["results"]


def make_scope() -> Scope:
    rest = {name: DATA[name] for name in ("steps", "config", "workspace", "flow")}
    return Scope(trigger=DATA["trigger"], map_item=DATA["mapItem"], **rest)


def as_node(value: Any) -> Any:
    """Our exact numbers as the floating-point ones of Node."""
    if isinstance(value, dict):
        return {name: as_node(child) for name, child in value.items()}
    if isinstance(value, list):
        return [as_node(child) for child in value]
    return float(value) if isinstance(value, Decimal) else value
