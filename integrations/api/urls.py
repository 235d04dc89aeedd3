from django.urls import path, re_path

from integrations.api import connections, documentation, integrations, log_in

urlpatterns = [
    path("log-in/", log_in.LogIn.as_view(), name="api-log-in"),
    path("log-out/", log_in.LogOut.as_view(), name="api-log-out"),
    path("schema/", documentation.Schema.as_view(), name="api-schema"),
    path("docs/", documentation.docs, name="api-docs"),
    path("integrations/", integrations.IntegrationList.as_view(), name="api-integrations"),
    path("integrations/<slug:integration>/", integrations.IntegrationDetail.as_view(), name="api-integration"),
    path("integrations/<slug:integration>/connections/", connections.ConnectionList.as_view(), name="api-connections"),
    path(
        "integrations/<slug:integration>/connections/<int:pk>/",
        connections.ConnectionDetail.as_view(),
        name="api-connection",
    ),
    path(
        "integrations/<slug:integration>/connections/<int:pk>/test/",
        connections.ConnectionTest.as_view(),
        name="api-connection-test",
    ),
    # Line breaks too, which a path converter does not match.
    re_path(r"^[\s\S]*$", documentation.Nothing.as_view()),
]
