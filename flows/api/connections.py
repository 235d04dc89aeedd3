"""What an operator may do about a connection over which nothing goes out."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from flows.commands.connections import try_now
from integrations import queries
from integrations.api.membership import IntegrationView
from integrations.permissions import Right


@extend_schema(tags=["Connections"])
class TryConnection(IntegrationView):
    rights = {"POST": Right.REVIEW}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, integration: str, pk: int) -> Response:
        """Try a paused connection at once, with the action that waits longest; it is tried each minute anyway."""
        try_now(actor=request.user, connection=queries.get_connection(self.integration, pk))
        return Response(status=204)
