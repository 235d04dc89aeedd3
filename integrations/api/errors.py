"""How the API answers mistakes: {"detail"} or {"detail", "problems": [{"place", "text"}]}."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from integrations.api.exceptions import TooLarge
from integrations.problems import Problem, Refused

TOO_LARGE = "The body is larger than {} MB. Send the data in smaller parts."


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    match error:
        case Refused():
            return _refusal(error)
        case ValidationError():
            return _refusal(Refused(list(_problems(error.detail, ""))))
        case RequestDataTooBig():
            return exception_handler(
                TooLarge(TOO_LARGE.format(settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024)), context
            )
        case SuspiciousOperation():
            return exception_handler(ParseError(str(error)), context)
    return exception_handler(error, context)


def _refusal(refused: Refused) -> Response:
    return Response({"detail": str(refused), "problems": refused.as_json()}, status=400)


def _problems(detail: Any, place: str) -> Iterator[Problem]:
    """The serializer's errors as problems, each at its place: `limits.concurrency`, `lines[2].code`."""
    if isinstance(detail, dict):
        for name, inside in detail.items():
            here = place if name == api_settings.NON_FIELD_ERRORS_KEY else f"{place}.{name}" if place else str(name)
            yield from _problems(inside, here)
    elif isinstance(detail, list):
        for number, inside in enumerate(detail):
            yield from _problems(inside, place if isinstance(inside, str) else f"{place}[{number}]")
    else:
        yield Problem(place, str(detail))
