"""The values of Throughline: JavaScript expressions, worked out fast and in a cage.

One evaluator for the engine, the preview, the condition builder and the editor's checks. It knows
no Django; whoever uses it hands in the data as a `Scope`.
"""

from flows.expressions.checking import check, check_many
from flows.expressions.evaluation import evaluate, evaluate_many
from flows.expressions.limits import Limits, configure
from flows.expressions.problems import EvaluationError, Problem
from flows.expressions.sandbox import status
from flows.expressions.scope import MISSING, Evaluation, Scope, Template

__all__ = [
    "MISSING",
    "Evaluation",
    "EvaluationError",
    "Limits",
    "Problem",
    "Scope",
    "Template",
    "check",
    "check_many",
    "configure",
    "evaluate",
    "evaluate_many",
    "status",
]
