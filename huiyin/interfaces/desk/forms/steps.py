"""The form of one step, made from what the programme says the step needs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django import forms
from django.urls import reverse

from huiyin.casework.queries.offered import Offered
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import flow
from huiyin.interfaces.common import typed as read
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.uploads import Picked
from huiyin.interfaces.desk.forms.fields import Chosen, Plain, Several, Ticks
from huiyin.interfaces.desk.topic_finder import choices as topic_choices
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.dimensions import DIMENSIONS, Dimension
from huiyin.programme.schema.matters import Matters, Step
from huiyin.programme.steps import of_clocks
from huiyin.programme.words import has_label, label
from huiyin.register.queries.staff import OfficialRow

PROSE = {
    "note": 3,
    "reason": 3,
    "reply": 6,
    "public_text": 3,
    "minutes": 6,
    "participants": 2,
    "instruction": 3,
    "outcome": 2,
    "promise": 2,
    "question": 3,
    "plan": 4,
    "cause": 3,
    "basis": 2,
    "explained_by": 2,
    "view": 2,
}
LINES: dict[str, dict[str, Any]] = {"amount": {"inputmode": "numeric"}, "promise_by": {"maxlength": 120}}
"""What is one line, not prose."""
DATES = ("review_date", "until", "promised_on", "deadline")
PEOPLE = {"owner": "handler", "supervisor": "supervisor", "caller": "caller", "second": "second"}
PROMISE = ("promise", "promised_on", "promise_by")
"""What may be promised with an answer: what, by when, and who where it is not the handler."""
FREE = frozenset({"note", "public_text", *PROMISE})
"""What a page offers at a step that may stay empty, unless the programme asks for it there."""
PEOPLE |= {"leader": "leader", "bodies": "bodies"}
MOST_BODIES = 20
MEANINGS = ("read_out", "letter")
EXTRA = {"extend": ("amount", "reason"), "deliver": ("meaning", "second", "note"), "reopen": ("note",), "close": ()}
"""Steps with an action of their own: what it takes."""


def own_key(step: str, table: str, need: str) -> str:
    """The step's own words for a need where it has some; never those of another need that is called alike."""
    own = f"{step}_{need}"
    return own if own not in ORDER and has_label(table, own) else need


class StepForm(forms.Form):
    """One step. `given()` is what the action takes; rules are the action's, here only shapes are read."""

    def __init__(self, data: Any, *, page: OnePage, step: Step, offered: Offered | None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, prefix=None)
        self.page, self.step, self.people = page, step, offered
        self.programme: Matters = page.rulebook.matters(page.matter.programme)
        self.use_required_attribute = False  # the sentence comes from the rule, which knows more
        needs = wanted(page, step)
        for need, ways in needs.items():
            if need == "evidence":
                continue  # files are what shows it
            self.fields[need] = self._field(need, ways)
            if ways:
                self.fields[need].widget.attrs["data-only"] = "|".join(ways)
        self.free = FREE - self._asked_for(page, step) if step.name not in EXTRA else frozenset()
        if "reply" in needs or "evidence" in needs:
            self.fields["attached"] = Picked()
            self.fields["attached"].label = label("need", "attached", language())
            self.fields["attached"].help_text = label("need_hint", "attached", language())
        self.fields["seen"] = Plain(forms.HiddenInput())

    def _asked_for(self, page: OnePage, step: Step) -> set[str]:
        """What the step does not do without, whichever way it takes; the others may stay empty."""
        lacks = flow.lacking(matters=self.programme, standing=page.standing, step=step, given={}, way="")
        return {one.field for one in lacks} | {need for need, ways in wanted(page, step).items() if ways}

    def given(self) -> dict[str, Any]:
        """What is in hand, by need. Raises Refused for a value that cannot be read."""
        found, unread = self._read()
        for one in unread:
            raise one
        return found

    def all_wrong(self, first: Refused, *, files: bool) -> list[Refused]:
        """Everything that cannot be read or is still asked for, where the `first` refusal is one of these."""
        found, unread = self._read()
        if "amount" in self.fields:
            return self._more_time(first, found)
        told = {one.field for one in unread}
        given = {**found, "evidence": "files"} if files else found
        standing = self.page.standing
        way = str(given.get("way") or standing.way)
        lacks = flow.lacking(matters=self.programme, standing=standing, step=self.step, given=given, way=way)
        both = [*unread, *(one for one in lacks if one.field not in told)]
        if "way" not in self.fields:  # whoever takes this step takes its own way
            both = [one for one in both if one.field != "way"]
        return both if first.code in {one.code for one in both} else [first]

    @staticmethod
    def _more_time(first: Refused, found: Mapping[str, Any]) -> list[Refused]:
        """What is wrong where more time is asked for: how many days, and why."""
        wrong = []
        if read.whole(str(found.get("amount", "")), digits=3) is None:
            wrong.append(Refused("not_a_number", field="amount"))
        if not found.get("reason"):
            wrong.append(Refused("needs_reason", field="reason"))
        return wrong if first.code in {one.code for one in wrong} else [first]

    def _read(self) -> tuple[dict[str, Any], list[Refused]]:
        """What can be read, by need, and a refusal for each field that cannot."""
        found: dict[str, Any] = {}
        unread: list[Refused] = []
        for name in self.fields:
            if name == "bodies":
                found |= self._bodies(unread)
                continue
            typed = self.data.get(name, "")
            if name == "seen" or not isinstance(typed, str) or not typed.strip():
                continue
            try:
                found |= _value(name, typed)
            except Refused as refused:
                unread.append(refused)
        return found, unread

    def _bodies(self, unread: list[Refused]) -> dict[str, Any]:
        chosen = self.data.getlist("bodies") if hasattr(self.data, "getlist") else self.data.get("bodies", [])
        try:
            return {"bodies": [uuid_of(one, "bodies") for one in chosen[:MOST_BODIES]]} if chosen else {}
        except Refused as refused:
            unread.append(refused)
            return {}

    def seen(self) -> int | None:
        """The version the person looked at."""
        return read.whole(str(self.data.get("seen", "")))

    def refuse(self, refused: Refused) -> None:
        """Show a refusal at its field, or on top."""
        name = {"handler": "owner", "evidence": "attached"}.get(refused.field, refused.field)
        self.add_error(name if name in self.fields else None, refused.sentence(language()))

    def _field(self, need: str, ways: Sequence[str]) -> forms.Field:
        words: dict[str, Any] = {
            "label": label("need", own_key(self.step.name, "need", need), language()),
            "help_text": self._hint(need, ways),
        }
        if need == "bodies" and self.people is not None:
            choices = [(str(row.id), row.name) for row in self.people.bodies]
            return Several(**words, required=False, choices=choices, widget=Ticks())
        if need in PEOPLE and self.people is not None:
            return Chosen(**words, required=False, choices=[("", "—"), *self._persons(need)])
        if need in (*DIMENSIONS, "level"):
            return Chosen(
                **words, required=False, choices=[("", "—"), *self._table(need)], initial=self._suggested(need)
            )
        if need == "pause_reason":
            reasons = flow.pause_reasons(self.programme, self.page.matter.kind)
            return Chosen(**words, required=False, choices=[("", "—"), *reasons.items()])
        if need == "meaning":
            choices = [(key, label("delivered", f"{key}_signed", language())) for key in MEANINGS]
            return Chosen(**words, required=False, choices=choices, widget=forms.RadioSelect)
        return Plain(self._widget(need), **words)

    def _widget(self, need: str) -> forms.Widget:
        """The box for what is typed."""
        if need in DATES:
            return forms.DateInput(attrs={"type": "date"})
        if need in LINES:
            return forms.TextInput(attrs=LINES[need])
        live = self._live() if need in ("reply", "public_text") else {}
        return forms.Textarea(attrs={"rows": PROSE.get(need, 3), **live})

    def _live(self) -> dict[str, str]:
        """What asks for hints while an answer is written."""
        address = reverse("desk:hints", args=[self.page.matter.code])
        return {"hx-post": address, "hx-trigger": "input changed delay:700ms", "hx-target": "#hy-hints"}

    def _suggested(self, need: str) -> str:
        """What is set already; else what the resident's words suggest, and the step's first way."""
        row = self.page.matter
        known: str = getattr(row, need)
        if known:
            return known
        if need == "topic":
            return next(iter(self.programme.suggest(f"{row.title} {row.text}")), "")
        return next((key for key, _ in self._table(need)), "") if need == "way" else ""

    def _hint(self, need: str, ways: Sequence[str]) -> str:
        key = own_key(self.step.name, "need_hint", need)
        hint = label("need_hint", key, language()) if has_label("need_hint", key) else ""
        if need == "amount":
            return self._room(hint)
        # A need of some ways only says of which: without script every field is there.
        between = label("need_hint", "between", language())
        return f"{hint} {label('need_hint', 'only', language())}{between.join(ways)}".strip() if ways else hint

    def _room(self, hint: str) -> str:
        rules = [clock.extension for clock in self.programme.clocks.values() if clock.extension]
        if not rules:
            return hint
        most = rules[0].max_total
        unit = label("unit", most.unit, language())
        return f"{label('need_hint', 'at_most', language())}{most.amount} {unit}"

    def _persons(self, need: str) -> list[tuple[str, Any]]:
        people = self.people or Offered((), (), (), (), frozenset())
        if need == "owner":
            return by_body(people.handlers, people.usual, with_body=True)
        rows = {
            "supervisor": people.supervisors,
            "caller": people.callers,
            "second": people.colleagues,
            "leader": people.leaders,
        }[need]
        return by_body(rows, frozenset(), with_body=False)

    def _table(self, need: str) -> Iterable[tuple[str, str]]:
        kind = self.programme.kinds[self.page.matter.kind]
        if need == "level":
            return [(level, label("level", level, language())) for level in self.page.rulebook.county.ladder]
        if need == "topic":
            return topic_choices(self.programme)
        if need not in ("nature", "way"):
            return [(key, row.title) for key, row in self.programme.values(cast(Dimension, need)).items()]
        if need == "nature":
            return [
                (key, row.title)
                for key, row in self.programme.natures.items()
                if not kind.natures or key in kind.natures
            ]
        ways = [key for key in self.programme.ways if not kind.ways or key in kind.ways]
        fitting = [key for key in ways if self.programme.ways[key].step == self.step.name]
        return [
            (key, self.programme.ways[key].title)
            for key in (fitting or ways)
            if not self.programme.ways[key].sealed or self.page.matter.sealed
        ]


def wanted(page: OnePage, step: Step) -> dict[str, tuple[str, ...]]:
    """Every need of a step in the order to ask for it; for what only some ways or classes need, the words for which."""
    programme = page.rulebook.matters(page.matter.programme)
    needs: dict[str, tuple[str, ...]] = {}
    if step.name in EXTRA:
        return dict.fromkeys(EXTRA[step.name], ())
    if flow.leaves_by_way(programme, step):
        needs |= dict.fromkeys(programme.kinds[page.matter.kind].requires, ())
    needs |= dict.fromkeys(step.needs, ())
    if not page.standing.dated:
        needs |= dict.fromkeys(of_clocks(programme, programme.flow_of(page.matter.kind), step, page.matter.way), ())
    settled = {name: "" if name in needs else getattr(page.matter, name) for name in ("way", "handling")}
    for key, need in _of_some(programme, step, **settled):
        if need not in needs or needs[need]:
            needs[need] = (*needs.get(need, ()), key)
    if "reply" in needs:
        needs |= dict.fromkeys(("public_text", *PROMISE), ())
    if step.name == "instruct":
        needs.pop("way", None)  # it is the leader's own
        needs.setdefault("until", ())
    needs.setdefault("note", ())
    return dict(sorted(needs.items(), key=lambda item: ORDER.index(item[0])))


def _of_some(programme: Matters, step: Step, *, way: str, handling: str) -> Iterator[tuple[str, str]]:
    """What only some ways or handling classes ask for at a step, each with the words for which; only the matter's own
    where there is nothing to choose any more.
    """
    for name, rule in programme.ways.items():
        if rule.step == step.name and way in ("", name):
            yield from ((rule.title, need) for need in rule.needs)
    for name, row in programme.handlings.items():
        if handling in ("", name):
            yield from ((row.title, need) for need in row.needs.get(step.name, ()))


ORDER = (
    *("meaning", "second", "amount", "topic", "nature", "intent", "heading", "handling", "level", "way", "owner"),
    *("supervisor", "caller", "deadline", "plan", "reply", "public_text", "basis", "explained_by", "view", "cause"),
    *("minutes", "participants", "outcome", "instruction", "evidence", "leader", "bodies", "question"),
    *(*PROMISE, "pause_reason", "reason", "review_date", "until", "note"),
)


def parts(step: Step, page: OnePage) -> list[str]:
    """For which parts a step's form offers persons."""
    return [PEOPLE[need] for need in wanted(page, step) if need in PEOPLE]


def by_body(rows: Sequence[OfficialRow], usual: frozenset[UUID], *, with_body: bool) -> list[tuple[str, Any]]:
    """Persons grouped by body, usual bodies first; a person with several posts stands once in each body."""
    order = {row.body_id: index for index, row in reversed(list(enumerate(rows)))}
    ranked = sorted(rows, key=lambda row: (row.body_id not in usual, order[row.body_id], row.name))
    groups = []
    for _, group in groupby(ranked, key=lambda row: row.body_id):
        people = {row.person_id: row for row in group}.values()
        first = next(iter(people))
        options = [
            (f"{row.body_id}:{row.person_id}" if with_body else str(row.person_id), f"{row.name} {row.title}".strip())
            for row in people
        ]
        groups.append((first.body_name, options))
    return groups


def _value(name: str, typed: str) -> dict[str, Any]:
    if name == "owner":
        return owner_of(typed)
    if name in PEOPLE:
        return {name: uuid_of(typed, name)}
    return {name: read.needed_day(typed, field=name) if name in DATES else typed}


def owner_of(typed: str) -> dict[str, UUID]:
    """A body and its handler as one option carries them. Raises Refused("value_unknown")."""
    body, _, person = typed.partition(":")
    return {"owner": uuid_of(body, "owner"), "handler": uuid_of(person, "owner")}


def uuid_of(typed: str, field: str) -> UUID:
    """An id as a form carries it. Raises Refused("value_unknown")."""
    return read.chosen(typed, "value_unknown", field=field)
