from flows.models.actions import Action, Attempt
from flows.models.flows import Flow, Version
from flows.models.heartbeats import Heartbeat
from flows.models.pace import Pace
from flows.models.runs import Run, RunLogEntry, StepResult
from flows.models.samples import StepSample

__all__ = [
    "Action",
    "Attempt",
    "Flow",
    "Heartbeat",
    "Pace",
    "Run",
    "RunLogEntry",
    "StepResult",
    "StepSample",
    "Version",
]
