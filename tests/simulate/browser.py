"""A browser without a window: reads a page's links and forms, fills one in as somebody might, and sends it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from typing import Any

from django.test import Client

Given = dict[str, Any]
QUIET = ("hidden", "submit", "button", "image", "reset", "file")


@dataclass
class Control:
    """One thing of a form that can be filled in."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    required: bool = False


@dataclass
class Form:
    """A form as the page has it."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What came back."""

    path: str
    status: int
    text: str
    forms: list[Form]
    links: list[str]


class _Reader(HTMLParser):
    """Links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._loose: dict[str, Form] = {}
        self._open: Form | None = None
        self._choice: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
            if given.get("id"):
                self._loose[given["id"]] = self._open
        form = self._loose.get(given.get("form", "")) or self._open
        if form is not None and "disabled" not in given:
            self._control(tag, given, form)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, required = given.get("name", ""), "required" in given
        if tag == "option" and self._choice is not None:
            self._choice.choices.append(given.get("value", ""))
        if tag == "button" and given.get("type", "submit") == "submit":
            form.buttons.append((name, given.get("value", "")))
        if not name:
            return
        if tag == "select":
            self._choice = Control(name, "select", required=required)
            form.controls.append(self._choice)
        elif tag == "textarea":
            form.controls.append(Control(name, "prose", required=required))
        elif tag == "input":
            self._input(name, given, form, required=required)

    def _input(self, name: str, given: dict[str, str], form: Form, *, required: bool) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        known = next((one for one in form.controls if (one.name, one.kind) == (name, kind)), None)
        if kind in ("radio", "checkbox") and known is not None:
            known.choices.append(value or "on")
        elif kind in ("radio", "checkbox"):
            form.controls.append(Control(name, kind, choices=[value or "on"], required=required))
        elif kind == "submit":
            form.buttons.append((name, value))
        else:
            form.controls.append(Control(name, kind, value, required=required))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._choice = None


class Browser:
    """Somebody's, signed in or not."""

    def __init__(self, client: Client, address: str = "127.0.0.1") -> None:
        self.client, self.address = client, address

    def get(self, path: str) -> Page:
        """Open a page of our own."""
        return self._page(path, self.client.get(path, REMOTE_ADDR=self.address))

    def send(self, page: Page, form: Form, given: Given) -> Page:
        """Send a form; where it leads is opened by whoever wants to."""
        path = form.action or page.path
        if form.method == "get":
            return self._page(path, self.client.get(path, given, REMOTE_ADDR=self.address))
        return self._page(path, self.client.post(path, given, REMOTE_ADDR=self.address))

    def _page(self, path: str, response: Any) -> Page:
        location = response.headers.get("Location", "")
        plain = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        text = response.content.decode() if plain else ""
        reader = _Reader()
        reader.feed(text)
        return Page(location or path, response.status_code, text, reader.forms, reader.links)


def filled(form: Form, chance: Random, say: Given, *, careless: float = 0.04) -> Given:
    """A form filled in: `say` has what is typed by a control's name or kind; now and then something is left out."""
    given: Given = {}
    for one in form.controls:
        if one.kind not in QUIET and chance.random() < careless:
            continue
        value = _value(one, chance, say)
        if value is not None:
            given[one.name] = value
    if form.buttons:
        name, value = chance.choice(form.buttons)
        if name:
            given[name] = value
    return given


def _value(one: Control, chance: Random, say: Given) -> Any:
    if one.name in say:
        return say[one.name]
    if one.kind == "hidden":
        return one.value
    if one.kind in ("select", "radio"):
        fitting = [choice for choice in one.choices if choice] or one.choices
        return chance.choice(fitting) if fitting and (one.required or chance.random() < 0.85) else ""
    if one.kind == "checkbox":
        picked = [choice for choice in one.choices if chance.random() < 0.5]
        return picked or None
    if one.kind in QUIET:
        return None
    said = say.get(one.kind, say["text"])
    return one.value or (said if one.required or chance.random() < 0.7 else "")


def ours(links: Iterable[str], *starts: str) -> list[str]:
    """Links that begin so, each once, in the page's order."""
    return list(dict.fromkeys(link for link in links if link.startswith(starts)))
