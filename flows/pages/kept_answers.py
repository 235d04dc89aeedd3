"""An answer on its way through the browser: signed, so that what is kept as a sample is what came."""

from typing import Any

from django.core import signing

from connectors import exact_json
from flows.commands.samples import KEPT_LIMIT

MAX_AGE = 24 * 60 * 60


class _ExactJSON:
    """As django.core.signing wants its serializers."""

    def dumps(self, value: Any) -> bytes:
        return exact_json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return exact_json.restore(data.decode())


def pack(answer: dict[str, Any], *, step: tuple[int, str]) -> str:
    """The answer for this step of this flow alone; empty where it is too large to be kept."""
    if len(exact_json.dumps(answer["output"])) > KEPT_LIMIT:
        return ""
    return signing.dumps(answer, salt=_salt(step), serializer=_ExactJSON, compress=True)


def unpack(text: str, *, step: tuple[int, str]) -> dict[str, Any] | None:
    """None for what is older than a day, was changed, or belongs to another step."""
    try:
        return signing.loads(text, salt=_salt(step), serializer=_ExactJSON, max_age=MAX_AGE)
    except signing.BadSignature:
        return None


def _salt(step: tuple[int, str]) -> str:
    return f"sample of step {step[1]} of flow {step[0]}"
