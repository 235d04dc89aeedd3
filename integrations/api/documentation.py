"""The API's own document, a page to read it, and the answer where there is nothing."""

from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

NOTHING = "There is nothing at this address; each address of the API ends with a slash. /api/v1/docs/ lists them."


def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "integrations/api_docs.html")


@extend_schema(exclude=True)
class Schema(APIView):
    def get(self, request: Request) -> Response:
        return Response(document())


@cache
def document() -> dict[str, Any]:
    """Worked out once: it changes with the program only."""
    return SchemaGenerator().get_schema(request=None, public=True)


@extend_schema(exclude=True)
class Nothing(APIView):
    """Answers in JSON where Django would answer with a page."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404(NOTHING)
