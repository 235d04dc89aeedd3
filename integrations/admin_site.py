"""Django's admin, for superusers only: whoever may add a schedule there may run any code."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest


class SuperuserAdminSite(AdminSite):
    site_header = site_title = "Throughline administration"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)
