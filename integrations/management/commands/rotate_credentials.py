"""Brings all stored credentials under the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.commands.connections import rotate_credentials


class Command(BaseCommand):
    help = "Encrypt all stored credentials with the newest key, after a new one was put first in CREDENTIAL_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        rotated, unreadable = rotate_credentials()
        self.stdout.write(f"{rotated} connections are under the newest key.")
        if unreadable:
            names = ", ".join(unreadable)
            raise CommandError(f"No key opens the secrets of {names}. Add the former key, or enter them again.")
