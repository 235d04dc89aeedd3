"""The connectors, and one of them with all that it offers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from connectors import queries

# Above this the tree stands closed, one line for each module.
OPEN_LIMIT = 60


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    context = {"connectors": queries.connectors(), "may_import": request.user.has_perm("connectors.add_connector")}
    if context["may_import"]:
        context["imports"] = queries.recent_imports()
    return render(request, "connectors/index.html", context)


@require_GET
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    connector = queries.get_connector(slug)
    search = request.GET.get("q", "").strip()
    modules = queries.as_tree(queries.action_paths(connector, search))
    count = sum(module.count for module in modules)
    context = {
        "connector": connector,
        "modules": modules,
        "count": count,
        "search": search,
        "is_open": bool(search) or count <= OPEN_LIMIT,
        "may_import": request.user.has_perm("connectors.add_connector"),
    }
    return render(request, "connectors/detail.html", context)
