"""How pages of runs and actions say how long something took."""

from datetime import datetime

from django import template

register = template.Library()


@register.filter
def since(end: datetime | None, start: datetime | None) -> str:
    """From start to end, as people say it; empty while either is missing."""
    if end is None or start is None:
        return ""
    return milliseconds(round((end - start).total_seconds() * 1000))


@register.filter
def milliseconds(count: int | None) -> str:
    """84 ms, 2.4 s, 3 min 5 s, 26 h 12 min."""
    if count is None:
        return ""
    if count < 1000:
        return f"{max(count, 0)} ms"
    if count < 60_000:
        return f"{count / 1000:.1f} s"
    minutes, seconds = divmod(count // 1000, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"
