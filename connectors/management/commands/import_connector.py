"""Makes or updates a connector from an OpenAPI document."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from connectors import client, exact_json
from connectors.imports import ImportReport, import_document
from connectors.openapi import DocumentError

FETCH_SECONDS = 60


class Command(BaseCommand):
    help = "Import an OpenAPI 3.0, 3.1 or Swagger 2.0 document as a connector, or update the one of that name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="A file, an http(s) address, or - for standard input.")
        parser.add_argument("--name", required=True, help="The connector's name.")
        parser.add_argument("--base-url", default="", metavar="URL", help="Where the system is, if not as documented.")
        parser.add_argument("--json", action="store_true", help="Print the report as JSON.")

    def handle(self, *, source: str, name: str, base_url: str, json: bool, **options: Any) -> None:
        try:
            report = import_document(_read(source), name=name, base_url=base_url, source=_shown(source))
        except (DocumentError, client.FetchError) as problem:
            raise CommandError(" ".join(str(problem).split())) from None
        self.stdout.write(_as_json(report) if json else _told(report))


def _read(source: str) -> bytes:
    if source.startswith(("http://", "https://")):
        return client.fetch(source, deadline=FETCH_SECONDS, limit=settings.DOCUMENT_LIMIT_BYTES)
    limit = settings.DOCUMENT_LIMIT_BYTES + 1  # one more, so that the importer sees what is too large
    try:
        if source == "-":
            return sys.stdin.buffer.read(limit)
        with Path(source).open("rb") as file:
            return file.read(limit)
    except (OSError, ValueError) as error:
        raise CommandError(f"{source} can't be read: {getattr(error, 'strerror', None) or error}.") from None


def _shown(source: str) -> str:
    return "standard input" if source == "-" else source


def _as_json(report: ImportReport) -> str:
    return exact_json.pretty({name: value for name, value in report.as_json().items() if name != "notes"})


def _told(report: ImportReport) -> str:
    lines = [
        f"{report.connector.name}: {report.action_paths} action paths in {report.seconds:.1f} s; "
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed."
    ]
    if report.skipped:
        lines.append(f"Skipped {len(report.skipped)}:")
        lines += [f"  {one['operation']}: {one['reason']}" for one in report.skipped]
    return "\n".join(lines)
