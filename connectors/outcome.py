"""The verdict on an answer: success or failure, and what the step's output says about it."""

from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from typing import Any

from connectors.messages import Answer

TROUBLE_CODES = {
    "timeout": "Timeout",
    "connection": "ConnectionError",
    "dns": "ConnectionError",
    "tls": "ConnectionError",
    "too_large": "TooLarge",
    "refused_address": "RefusedAddress",
    "redirect": "Redirect",
    "invalid_address": "InvalidAddress",
}
NO_CONTENT = {204, 205}
TEXT_LIMIT = 1000
ERRORS_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """`content` is {"status", "data"} on success and {"status", "result": failure object} on failure.

    `message` is the failure in one line, "" on success.
    """

    ok: bool
    content: dict[str, Any]
    message: str


def judge(answer: Answer, *, json_declared: bool) -> Verdict:
    """Failure is status 400 or more, no whole answer, or no JSON where JSON was declared; nothing else."""
    if answer.trouble:
        return _failed(answer, TROUBLE_CODES.get(answer.trouble, "ConnectionError"), [_error(answer.message)])
    if answer.status is None or answer.status >= 400:
        return _failed_by_status(answer)
    if json_declared and not answer.is_json and answer.status not in NO_CONTENT:
        return _failed(answer, "NotJSON", [_error(_not_json(answer), details=_details(answer.body))])
    return Verdict(True, {"status": answer.status, "data": answer.body}, "")


def failure_object(code: str, errors: list[dict[str, Any]], user_defined_code: str | None = None) -> dict[str, Any]:
    """The shape of every failure: {"code", "user_defined_code", "errors": [{"text", "source", "details"}]}."""
    return {"code": code, "user_defined_code": user_defined_code, "errors": errors}


def _failed_by_status(answer: Answer) -> Verdict:
    own = _own_failure(answer.body)
    if own is not None:
        return _failed(answer, own["code"] or str(answer.status), own["errors"], own["user_defined_code"])
    texts = _texts(answer.body) or [_status_words(answer.status)]
    errors = [_error(text) for text in texts]
    errors[0]["details"] = _details(answer.body)
    return _failed(answer, str(answer.status), errors)


def _failed(answer: Answer, code: str, errors: list[dict[str, Any]], user_defined_code: str | None = None) -> Verdict:
    message = "; ".join(error["text"] for error in errors[:3])
    if answer.status is not None and not answer.trouble:
        message = f"{answer.status}: {message}"
    result = failure_object(code, errors, user_defined_code)
    return Verdict(False, {"status": answer.status, "result": result}, message)


def _own_failure(body: Any) -> dict[str, Any] | None:
    """The other system's failure, when it already speaks in our shape; its code and errors are kept."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list) or not errors or not isinstance(body.get("code"), str):
        return None
    if not all(isinstance(error, dict) and isinstance(error.get("text"), str) for error in errors):
        return None
    own_code = body.get("user_defined_code")
    return {
        "code": body["code"],
        "user_defined_code": own_code if isinstance(own_code, str) else None,
        "errors": [_error(error["text"], _source(error.get("source")), error.get("details")) for error in errors],
    }


def _error(text: str, source: list[str] | None = None, details: Any = None) -> dict[str, Any]:
    return {"text": text[:TEXT_LIMIT], "source": source or [], "details": {} if details is None else details}


def _source(source: Any) -> list[str]:
    if isinstance(source, list):
        return [str(part) for part in source]
    return [] if source is None else [str(source)]


def _details(body: Any) -> Any:
    """The whole answer, as an object: what is none stands under `body`."""
    if body is None:
        return {}
    return body if isinstance(body, dict) else {"body": body}


def _texts(body: Any, depth: int = 4) -> list[str]:
    """What the answer says went wrong, from the places where systems are known to say it."""
    if isinstance(body, str):
        return [] if _looks_like_a_page(body) else _clean([body])
    if isinstance(body, list) and depth:
        return list(chain.from_iterable(_texts(item, depth - 1) for item in body[:ERRORS_LIMIT]))
    if not isinstance(body, dict) or not depth:
        return []
    for key in ("errors", "errorMessages"):
        listed = _by_field(body[key]) if isinstance(body.get(key), dict) else _texts(body.get(key), depth - 1)
        if listed:
            return listed
    return _headline(body) or _texts(body.get("error"), depth - 1)


def _headline(body: dict[str, Any]) -> list[str]:
    """problem+json's title and detail, OAuth's error and description, or one of the usual single keys."""
    for pair in (("title", "detail"), ("error", "error_description")):
        said = _clean(body.get(key) for key in pair)
        if said:
            return [": ".join(said)]
    for key in ("message", "Message", "text", "description", "detail", "reason", "msg"):
        said = _clean([body.get(key)])
        if said:
            return said
    return []


def _by_field(errors: dict[str, Any]) -> list[str]:
    """`errors` as an object of field -> text or texts."""
    named = ((name, _clean(said if isinstance(said, list) else [said])) for name, said in errors.items())
    return [f"{name}: {' '.join(texts)}" for name, texts in named if texts][:ERRORS_LIMIT]


def _clean(texts: Any) -> list[str]:
    return [text.strip()[:TEXT_LIMIT] for text in texts if isinstance(text, str) and text.strip()]


def _looks_like_a_page(text: str) -> bool:
    return text.lstrip()[:15].lower().startswith(("<!doctype", "<html", "<?xml", "<head", "<body"))


def _status_words(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return f"The other system answered with status {status}."


def _not_json(answer: Answer) -> str:
    kind = answer.headers.get("content-type", "").partition(";")[0] or "no content type"
    came = "an empty body" if answer.body is None else f"a body that is no JSON ({kind})"
    return f"The answer has {came}, but this action promises JSON. Check the connection's base address."
