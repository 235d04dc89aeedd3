"""Import a document as a connector, and watch it become one."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from connectors import commands, queries
from connectors.pages.forms import ImportForm

may_import = permission_required("connectors.add_connector", raise_exception=True)


@require_http_methods(["GET", "POST"])
@may_import
def create(request: HttpRequest) -> HttpResponse:
    initial = {"name": request.GET.get("name", "")}
    form = ImportForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid():
        upload, address = form.cleaned_data["document"], form.cleaned_data["address"]
        order = commands.queue_import(
            actor=request.user,
            name=form.cleaned_data["name"],
            base_url=form.cleaned_data["base_url"],
            source=upload.name if upload else address,
            document=upload.read() if upload else None,
        )
        return redirect("connector-import-status", number=order.pk)
    return render(request, "connectors/import.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@may_import
def status(request: HttpRequest, number: int) -> HttpResponse:
    """The page of one import; htmx asks every second for its progress alone."""
    order = queries.get_import(number)
    is_over = order.status in (order.Status.SUCCESS, order.Status.FAILED)
    template = "import_progress" if "HX-Request" in request.headers else "import_status"
    context = {"order": order, "is_over": is_over, "figures": _figures(order.report or {})}
    return render(request, f"connectors/{template}.html", context)


def _figures(report: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """(label, lines) of what a finished import has to say."""
    skipped = [f"{entry['operation']}: {entry['reason']}" for entry in report.get("skipped", [])]
    notes = [f"{note['place']}: {note['text']}" for note in report.get("notes", [])]
    changes = [(name.capitalize(), report.get(name, [])) for name in ("added", "changed", "removed")]
    return [*changes, ("Skipped", skipped), ("Notes", notes)]
