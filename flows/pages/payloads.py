"""Business data as JSON, exactly as stored."""

from typing import Any

from django.http import HttpResponse

from connectors import exact_json


def shown(value: Any) -> HttpResponse:
    """For the browser to show."""
    return HttpResponse(exact_json.pretty(value), content_type="application/json")


def download(value: Any, name: str) -> HttpResponse:
    answer = HttpResponse(exact_json.pretty(value), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
