from django.urls import path

from flows.api import actions, connections, flows, runs

FLOWS = "integrations/<slug:integration>/flows/"
RUNS = "integrations/<slug:integration>/runs/"
CONNECTIONS = "integrations/<slug:integration>/connections/"
ACTIONS = "integrations/<slug:integration>/actions/"

urlpatterns = [
    path(FLOWS, flows.FlowList.as_view(), name="api-flows"),
    path(f"{FLOWS}<slug:flow>/", flows.FlowDetail.as_view(), name="api-flow"),
    path(f"{FLOWS}<slug:flow>/draft/", flows.Draft.as_view(), name="api-flow-draft"),
    path(f"{FLOWS}<slug:flow>/publish/", flows.Publish.as_view(), name="api-flow-publish"),
    path(f"{FLOWS}<slug:flow>/runs/", runs.StartRun.as_view(), name="api-flow-runs"),
    path(f"{FLOWS}<slug:flow>/versions/", flows.VersionList.as_view(), name="api-versions"),
    path(f"{FLOWS}<slug:flow>/versions/<int:number>/", flows.VersionDetail.as_view(), name="api-version"),
    path(RUNS, runs.RunList.as_view(), name="api-runs"),
    path(f"{RUNS}<int:pk>/", runs.RunDetail.as_view(), name="api-run"),
    path(f"{RUNS}<int:pk>/cancel/", runs.CancelRun.as_view(), name="api-run-cancel"),
    path(f"{RUNS}<int:pk>/run-again/", runs.RunAgain.as_view(), name="api-run-again"),
    path(f"{CONNECTIONS}<int:pk>/try-now/", connections.TryConnection.as_view(), name="api-connection-try"),
    path(ACTIONS, actions.ActionList.as_view(), name="api-actions"),
    path(f"{ACTIONS}<int:pk>/", actions.ActionDetail.as_view(), name="api-action"),
    path(f"{ACTIONS}<int:pk>/retry/", actions.RetryAction.as_view(), name="api-action-retry"),
    path(f"{ACTIONS}<int:pk>/close/", actions.CloseAction.as_view(), name="api-action-close"),
]
