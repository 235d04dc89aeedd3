"""For load balancers, service managers and monitoring: no log-in, and nothing worth one."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from flows.queries.health import health


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    found = health()
    body = {
        "status": _word(found.all_well),
        "web": "ok",
        "database": _word(found.database),
        "worker": _word(found.worker),
        "workers": found.machines_seen,
        "last_seen_seconds_ago": found.seconds_ago,
    }
    answer = JsonResponse(body, status=200 if found.all_well else 503)
    # Django logs each answer from 500 up as an error, unless it was logged: whoever asks is told here.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _word(well: bool) -> str:
    return "ok" if well else "failing"
