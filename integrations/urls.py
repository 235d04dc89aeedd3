"""All addresses. Flows come in by name: integrations never imports flows."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

urlpatterns = [
    # First: looking through all others would be a fifth of what a call of a webhook costs (measured).
    path("hooks/", include("flows.pages.webhooks")),
    path("accounts/login/", auth_views.LoginView.as_view(), name="login"),
    path("accounts/logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("connectors/", include("connectors.urls")),
    path("", include("integrations.pages.urls")),
    path("", include("flows.pages.urls")),
    path("api/v1/", include("connectors.api.urls")),
    path("api/v1/", include("flows.api.urls")),
    # Last of the three: it answers for every address that none of them has.
    path("api/v1/", include("integrations.api.urls")),
    path("admin/", admin.site.urls),
]
