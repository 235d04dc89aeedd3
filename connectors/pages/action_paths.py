"""One action path: what it takes, what it answers, its schema and its OpenAPI document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from connectors import exact_json, queries


@require_GET
def detail(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    return _page(request, "connectors/action_path.html", slug, key)


@require_GET
def schema(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    return _page(request, "connectors/schema.html", slug, key)


@require_GET
def openapi(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    return _page(request, "connectors/openapi.html", slug, key)


@require_GET
def openapi_json(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    document = queries.get_action_path(slug, key).openapi
    return HttpResponse(exact_json.to_bytes(document), content_type="application/json")


def _page(request: HttpRequest, template: str, slug: str, key: str) -> HttpResponse:
    action_path = queries.get_action_path(slug, key)
    return render(request, template, {"action_path": action_path, "connector": action_path.connector})
