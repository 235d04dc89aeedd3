"""English words out of identifiers, and back into slugs."""

import re
import unicodedata

ACRONYMS = {
    "acl", "api", "ap", "ar", "bic", "crm", "csv", "dns", "eta", "gps", "gst", "html", "http", "https", "iban",
    "id", "ids", "ip", "iso", "json", "jwt", "kyc", "ldap", "mfa", "oauth", "pdf", "po", "qr", "rfi", "rfq",
    "saml", "scim", "sftp", "sku", "sla", "sms", "sql", "ssh", "sso", "ssl", "tls", "ui", "uri", "url", "urls",
    "utc", "uuid", "vat", "xml",
}  # fmt: skip
_PLURALS = {
    "aliases": "alias",
    "analyses": "analysis",
    "children": "child",
    "cookies": "cookie",
    "data": "data",
    "indices": "index",
    "media": "media",
    "movies": "movie",
    "news": "news",
    "people": "person",
    "series": "series",
    "vertices": "vertex",
}
_WORD = re.compile(r"[A-Z]{2,}s?(?=[^a-z]|$)|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")


def words(identifier: str) -> list[str]:
    """Split camelCase, snake_case and the like: "purchaseOrderLines" -> purchase, order, lines."""
    return [word.lower() for word in _WORD.findall(identifier)]


def humanised(identifier: str) -> str:
    """An identifier as a person writes it: "jobPhases" -> "Job phases", "rfi_ids" -> "RFI IDs"."""
    return capitalised(" ".join(map(_spelled, words(identifier))))


def _spelled(word: str) -> str:
    if word not in ACRONYMS:
        return word
    return word[:-1].upper() + "s" if word in ("ids", "urls") else word.upper()


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """The text as it stands inside a sentence: "Job phases" -> "job phases", "RFI IDs" unchanged."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def singular(text: str) -> str:
    """The text with its last word in the singular."""
    start, space, last = text.rpartition(" ")
    return start + space + _singular_word(last)


def is_plural(text: str) -> bool:
    return singular(text) != text


def _singular_word(word: str) -> str:
    lower = word.lower()
    if lower in _PLURALS:
        return _PLURALS[lower]
    if not lower.endswith("s") or lower.endswith(("ss", "us", "is")) or len(lower) < 3:
        return word
    if lower.endswith("ies") and len(lower) > 4:
        return word[:-3] + "y"
    return word[:-2] if lower.endswith(("sses", "uses", "xes", "ches", "shes")) else word[:-1]


def with_article(noun: str) -> str:
    """ "a vendor", "an invoice"."""
    lower = noun.lower()
    vowel = lower[:1] in "aeio" or (lower[:1] == "u" and not lower.startswith(("uni", "use", "usa", "url", "uti")))
    return f"{'an' if vowel else 'a'} {noun}"


def slug(text: str) -> str:
    """Lower-case words joined by hyphens; letters outside ASCII stay where they have no plain form."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    source = plain if re.search("[A-Za-z0-9]", plain) else text
    return "-".join(re.findall(r"[^\W_]+", source.lower()))
