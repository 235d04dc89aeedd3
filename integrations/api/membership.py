"""What every address below an integration has in common."""

from typing import Any

from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from integrations.models import Integration
from integrations.permissions import Right, get_integration


class IntegrationView(GenericAPIView):
    """Finds `self.integration` before anything is read; `rights` names what a method needs beyond VIEW."""

    rights: dict[str, Right] = {}
    integration: Integration

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        right = self.rights.get(str(request.method), Right.VIEW)
        self.integration = get_integration(request.user, kwargs["integration"], right)
