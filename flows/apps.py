from django.apps import AppConfig
from django.conf import settings

from flows.expressions import Limits, configure


class FlowsConfig(AppConfig):
    name = "flows"

    def ready(self) -> None:
        configure(
            Limits(
                cpu_seconds=settings.EXPRESSION_SECONDS,
                wall_seconds=settings.EXPRESSION_WALL_SECONDS,
                memory_mb=settings.EXPRESSION_MEMORY_MB,
                allow_unconfined=settings.EXPRESSION_ALLOW_UNCONFINED,
            )
        )
