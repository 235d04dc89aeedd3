"""Mistakes that HTTP has a status for and Django REST framework has no word for."""

from django.conf import settings
from rest_framework.exceptions import APIException


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class Locked(APIException):
    """Too many wrong passwords; waiting helps."""

    status_code = 429
    default_code = "locked"
    wait = int(settings.AXES_COOLOFF_TIME * 3600)
