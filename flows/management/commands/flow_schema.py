"""Prints the JSON Schema of flow files."""

from typing import Any

from django.core.management.base import BaseCommand

from connectors import exact_json
from flows.definition.schema import file_schema


class Command(BaseCommand):
    help = "Print the JSON Schema of the files that export_flow writes and import_flow reads."

    def handle(self, **options: Any) -> None:
        self.stdout.write(exact_json.pretty(file_schema()))
