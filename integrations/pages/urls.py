from django.urls import path

from integrations.pages import connections, integrations, members

urlpatterns = [
    path("", integrations.home, name="home"),
    path("integrations/new", integrations.create, name="integration-create"),
    path("integrations/<slug:integration>/", integrations.detail, name="integration-detail"),
    path("integrations/<slug:integration>/settings/", integrations.edit, name="integration-settings"),
    path("integrations/<slug:integration>/audit-trail/", integrations.audit_trail, name="audit-trail"),
    path("integrations/<slug:integration>/members/", members.index, name="member-list"),
    path("integrations/<slug:integration>/members/add", members.add, name="member-add"),
    path("integrations/<slug:integration>/members/<int:member>/role", members.change, name="member-change"),
    path("integrations/<slug:integration>/members/<int:member>/remove", members.remove, name="member-remove"),
    path("integrations/<slug:integration>/connections/", connections.index, name="connection-list"),
    path("integrations/<slug:integration>/connections/new", connections.create, name="connection-create"),
    path("integrations/<slug:integration>/connections/<int:connection>/", connections.detail, name="connection-detail"),
    path("integrations/<slug:integration>/connections/<int:connection>/edit", connections.edit, name="connection-edit"),
    path("integrations/<slug:integration>/connections/<int:connection>/test", connections.test, name="connection-test"),
    path(
        "integrations/<slug:integration>/connections/<int:connection>/delete",
        connections.delete,
        name="connection-delete",
    ),
]
