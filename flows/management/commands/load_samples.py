"""Makes the samples, once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from flows.samples import load_samples


class Command(BaseCommand):
    help = "Make the sample log-in, connectors, integration and flow; only on a local installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--projectsight-url", default="http://127.0.0.1:8001", metavar="URL")
        parser.add_argument("--vista-url", default="http://127.0.0.1:8002", metavar="URL")

    def handle(self, *, projectsight_url: str, vista_url: str, verbosity: int, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("The samples have a log-in that everybody knows: they are for LOCAL=true only.")
        made = load_samples(projectsight_url=projectsight_url, vista_url=vista_url)
        if verbosity:
            self.stdout.write("Made the samples." if made else "The samples were made before.")
