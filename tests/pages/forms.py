"""What a browser would send for a form of a page."""

from html.parser import HTMLParser


def controls_of(html: str, form_id: str = "") -> dict[str, str]:
    """The successful controls of the form with that id (of everything, without one), buttons apart."""
    reader = _Controls(form_id)
    reader.feed(html)
    return reader.found


class _Controls(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, not form_id
        self.found: dict[str, str] = {}
        self.select = self.textarea = None
        self.is_first = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "form" and self.form_id:
            self.inside = given.get("id") == self.form_id
        if not self.inside or "disabled" in given:
            return
        match tag:
            case "input":
                self._take_input(given)
            case "select":
                self.select, self.is_first = given["name"], True
            case "option" if self.select and (self.is_first or "selected" in given):
                self.found[self.select], self.is_first = given.get("value") or "", False
            case "textarea":
                self.textarea = given["name"]
                self.found[self.textarea] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        if tag == "textarea" and self.textarea:
            # A browser drops the first line break after the tag.
            self.found[self.textarea] = self.found[self.textarea].removeprefix("\n")
            self.textarea = None

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.found[self.textarea] += data

    def _take_input(self, given: dict[str, str | None]) -> None:
        kind, name = given.get("type", "text"), given.get("name")
        if name and (kind not in ("checkbox", "radio") or "checked" in given):
            self.found[name] = given.get("value") or ("on" if kind == "checkbox" else "")
