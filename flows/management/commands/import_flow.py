"""Makes or updates a flow from a JSON file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from flows.commands.flows import import_flow
from flows.definition.files import read_document
from flows.management.naming import find_integration
from integrations.problems import Refused


class Command(BaseCommand):
    help = "Create the flow of a file, or update the one with its slug, and publish it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A flow file as export_flow writes it; - reads standard input.")
        parser.add_argument("--integration", default="", metavar="SLUG", help="Needed when there are several.")
        parser.add_argument("--draft", action="store_true", help="Keep it as a draft; publish nothing.")

    def handle(self, *, file: str, integration: str, draft: bool, **options: Any) -> None:
        try:
            document = read_document(_bytes(file))
            flow = import_flow(
                actor=None, integration=find_integration(integration), document=document, publish_it=not draft
            )
        except Refused as refusal:
            places = "\n".join(f"  {problem}" for problem in refusal.problems)
            raise CommandError(f"Nothing was imported from {file}:\n{places}") from None
        published = flow.published if not draft else None
        state = f"and published as version {published.number}" if published else "as a draft"
        self.stdout.write(f"Imported {flow.name} into {flow.integration.name} {state}.")


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} can't be read: {error.strerror}.") from None
