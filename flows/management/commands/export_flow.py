"""Writes a flow as one JSON file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from flows.definition.files import to_text
from flows.management.naming import find_flow
from flows.queries.documents import flow_document


class Command(BaseCommand):
    help = "Print a flow as a JSON file: its published version, or its draft with --draft or when there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("flow", help="The flow's slug, or integration-slug/flow-slug.")
        parser.add_argument("--draft", action="store_true", help="Export the draft.")

    def handle(self, *, flow: str, draft: bool, **options: Any) -> None:
        self.stdout.write(to_text(flow_document(find_flow(flow), draft=draft)), ending="")
