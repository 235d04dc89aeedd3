from django.urls import path

from connectors import converters  # noqa: F401 (makes <key:…> known)
from connectors.api import views

urlpatterns = [
    path("connectors/", views.ConnectorList.as_view(), name="api-connectors"),
    path("connectors/<slug:slug>/", views.ConnectorDetail.as_view(), name="api-connector"),
    path("connectors/<slug:slug>/action-paths/", views.ActionPathList.as_view(), name="api-action-paths"),
    path("connectors/<slug:slug>/action-paths/<key:key>/", views.ActionPathDetail.as_view(), name="api-action-path"),
    path("connector-imports/", views.ImportList.as_view(), name="api-connector-imports"),
    path("connector-imports/<int:pk>/", views.ImportDetail.as_view(), name="api-connector-import"),
]
