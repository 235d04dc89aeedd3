"""Log in and out, for programs."""

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from connectors.api.fields import StrictSerializer, body_of
from integrations.api.exceptions import Locked
from integrations.commands.tokens import issue_token, withdraw_token
from integrations.problems import Refused

WRONG = "The user name or password is wrong."
LOCKED = "Too many wrong passwords for this user name from your address. Wait a quarter of an hour, then try again."


class LogInSerializer(StrictSerializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="Send it as `Authorization: Token …`.")


@extend_schema(tags=["Log-in"])
class LogIn(APIView):
    authentication_classes = []
    permission_classes = []
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "log-in"

    @extend_schema(request=LogInSerializer, responses=TokenSerializer)
    def post(self, request: Request) -> Response:
        """The same token each time, until it is withdrawn by logging out."""
        given = body_of(request, LogInSerializer)
        user = authenticate(request._request, **given)
        if _is_locked_out(request):
            raise Locked(LOCKED)
        if user is None:
            raise Refused(WRONG)
        return Response({"token": issue_token(user=user)})


@extend_schema(tags=["Log-in"])
class LogOut(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Withdraw your token, wherever it is used."""
        withdraw_token(user=request.user)
        return Response(status=204)


def _is_locked_out(request: Request) -> bool:
    """Takes the mark away with which django-axes would replace our answer by its page."""
    locked = getattr(request._request, "axes_locked_out", False)
    request._request.axes_locked_out = False  # type: ignore[attr-defined]
    return locked
