"""An operation's own summary as the name of an action: "Creates a Room." -> "Create a room"."""

import re

from connectors.openapi.words import ACRONYMS, capitalised

MAX_LENGTH = 120

_VERBS = {
    "accept", "activate", "add", "adjust", "allow", "apply", "approve", "archive", "assign", "attach", "authorize",
    "build", "calculate", "cancel", "change", "check", "clear", "clone", "close", "complete", "compute", "configure",
    "confirm", "convert", "copy", "count", "create", "deactivate", "decline", "delete", "deploy", "disable",
    "display", "download", "edit", "enable", "end", "execute", "expand", "export", "fetch", "find", "generate", "get",
    "give", "grant", "import", "insert", "invite", "issue", "link", "list", "load", "lock", "look", "mark", "merge",
    "modify", "move", "open", "patch", "pause", "perform", "ping", "post", "preview", "process", "prompt", "provide",
    "publish", "put", "query", "read", "receive", "recover", "redirect", "refresh", "register", "reject", "release",
    "remove", "rename", "render", "reopen", "replace", "request", "resend", "reset", "resolve", "restart", "restore",
    "resume", "retrieve", "retry", "return", "revert", "revoke", "run", "save", "schedule", "search", "select",
    "send", "set", "share", "show", "sign", "simulate", "start", "stop", "store", "submit", "subscribe", "suspend",
    "switch", "sync", "test", "toggle", "track", "transfer", "transition", "trigger", "unarchive", "unassign", "undo",
    "unlink", "unlock", "unpublish", "unsubscribe", "update", "upgrade", "upload", "upsert", "use", "validate",
    "verify", "view", "void", "withdraw", "write",
}  # fmt: skip

_PLACEHOLDERS = re.compile(
    r"(your |new )?(get|post|put|patch|delete|head|options)? ?(endpoint|method|operation|request|summary|string|todo|"
    r"untitled.*)\Z",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"(this )?(endpoint|operation|method|api|call)?( is used to| will| can be used to)? ?"
    r"((allows|lets|enables|permits)( the)?( you| users?| callers?| clients?)?( to)?|used to) ",
    re.IGNORECASE,
)


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb[-1] == "y" and verb[-2] not in "aeou" else verb + "s"


_IMPERATIVES = {_third_person(verb): verb for verb in _VERBS}


def is_readable(summary: str, operation_id: str) -> bool:
    """Is it a phrase for people, not a placeholder, a path or an identifier?"""
    text = _first_line(summary)
    if not 3 <= len(text) <= MAX_LENGTH or _PLACEHOLDERS.match(text) or text.startswith(("/", "http")):
        return False
    if text.isascii() and " " not in text:
        return text.lower() in _VERBS or text.lower() in _IMPERATIVES
    return text != operation_id


def imperative(summary: str) -> str:
    """The summary as an order, in sentence case, without its full stop."""
    text = _first_line(summary)
    if preamble := _PREAMBLE.match(text):
        text = text[preamble.end() :]
    first, space, rest = text.partition(" ")
    first = _IMPERATIVES.get(first.lower(), first)
    return capitalised(_sentence_case(first + space + rest))


def _first_line(summary: str) -> str:
    text = summary.strip().partition("\n")[0]
    return re.sub(r"\s+", " ", re.sub(r"[*`]", "", text)).strip().rstrip(".:;").strip()


def _sentence_case(text: str) -> str:
    """Lower "Create a Product Image", leave names and acronyms of an ordinary sentence alone."""
    first, *rest = text.split(" ")
    long_words = [word for word in rest if len(word) > 3 and word[0].isalpha()]
    if not long_words or not all(word[0].isupper() for word in long_words):
        return text
    return " ".join([first, *(word.lower() if _is_title(word) else word for word in rest)])


def _is_title(word: str) -> bool:
    return word.isalpha() and word.istitle() and word.lower() not in ACRONYMS
