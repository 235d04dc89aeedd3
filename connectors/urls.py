from django.urls import path

from connectors import converters  # noqa: F401 (makes <key:…> known)
from connectors.pages import action_paths, connectors, imports

urlpatterns = [
    path("", connectors.index, name="connector-list"),
    path("imports/new", imports.create, name="connector-import"),
    path("imports/<int:number>/", imports.status, name="connector-import-status"),
    path("<slug:slug>/", connectors.detail, name="connector-detail"),
    # A key has slashes of its own: what follows it is fixed, and tried before the bare key.
    path("<slug:slug>/action-paths/<key:key>/schema", action_paths.schema, name="action-path-schema"),
    path("<slug:slug>/action-paths/<key:key>/openapi", action_paths.openapi, name="action-path-openapi"),
    path("<slug:slug>/action-paths/<key:key>/openapi.json", action_paths.openapi_json, name="action-path-openapi-json"),
    path("<slug:slug>/action-paths/<key:key>/", action_paths.detail, name="action-path"),
]
