"""The health page, for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from flows.pages.health_parts import parts


@never_cache
@require_safe
def health_page(request: HttpRequest) -> HttpResponse:
    """How each part is. HTMX gets the list alone."""
    template = "flows/health_parts.html" if request.headers.get("HX-Request") else "flows/health.html"
    found = parts(request.user)
    return render(request, template, {"parts": found, "all_well": all(part.well is not False for part in found)})


urlpatterns = [path("health/", health_page, name="health")]
