"""What one may search an action path by, besides its name: for the combobox of the step form."""

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from flows.queries.offers import Offer
from integrations.permissions import Right, get_integration


@require_GET
@cache_control(private=True, max_age=300)
def words(request: HttpRequest, integration: str, connector: str) -> JsonResponse:
    """{key: [method, path, description]} of every action path that the connector offers here."""
    offer = Offer(get_integration(request.user, integration, Right.BUILD))
    offered = offer.connector(connector)
    if offered is None:
        raise Http404("The integration has no connection for such a connector.")
    return JsonResponse(offer.words(offered))


urlpatterns = [
    path(
        "integrations/<slug:integration>/connectors/<slug:connector>/action-paths.json", words, name="action-path-words"
    ),
]
