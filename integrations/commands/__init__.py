"""Everything that changes an integration: one function a change, each one atomic unit."""

from integrations.commands.connection_test import test_connection
from integrations.commands.connections import (
    create_connection,
    delete_connection,
    rotate_credentials,
    update_connection,
)
from integrations.commands.integrations import (
    add_member,
    change_member,
    create_integration,
    remove_member,
    update_integration,
)

__all__ = [
    "add_member",
    "change_member",
    "create_connection",
    "create_integration",
    "delete_connection",
    "remove_member",
    "rotate_credentials",
    "test_connection",
    "update_connection",
    "update_integration",
]
