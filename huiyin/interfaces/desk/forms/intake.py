"""The clerk's form: what was said, by whom, where, and what is to become of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django import forms
from django.forms import BoundField

from huiyin.casework.actions.counter import Taken
from huiyin.casework.actions.intake import DISCLOSURES, Words
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.typed import SEARCH, dated, sought
from huiyin.interfaces.common.uploads import Picked
from huiyin.interfaces.desk.forms.bulk import MORE
from huiyin.interfaces.desk.forms.fields import Keyed, Once, Plain, area, line
from huiyin.interfaces.desk.topic_finder import choices as topic_choices
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Matters
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.words import label, labels

HAND_ON, ON_THE_SPOT = "z", "d"
OTHER_TOPIC = "_"
EXPLAINED = ("basis", "explained_by", "view")
"""What an answer owes that says why something cannot be solved."""
KEPT = (
    *("key", "reporter_phone", "reporter_name", "text", "subject", "place_text", "place_code", "channel", "nature"),
    *("topic", "topic_other", "suggested", "way", "reply", "owner", "owner_suggested", "disclosure", "answer_by"),
    *("intent", "heading", "handling", "basis", "explained_by", "view", "paper_on"),
)
"""What a draft keeps."""


@dataclass(frozen=True)
class Ways:
    """The two ways a clerk has: hand it on, or answer on the spot; empty where the programme has none."""

    hand_on: str
    on_the_spot: str
    spot_kind: str = ""
    """The kind of what is answered on the spot; empty where the programme has none of its own."""

    @classmethod
    def of(cls, page: Matters, kind: str) -> "Ways":
        """The first open way to assign, and the first that needs nothing but an answer."""
        allowed = {name: page.ways[name] for name in (page.kinds[kind].ways or tuple(page.ways))}
        hand_on = [name for name, way in allowed.items() if way.step == "assign" and not way.sealed]
        spot = [name for name, way in allowed.items() if way.step == "answer" and set(way.needs) <= {"reply"}]
        own = [
            name
            for name, one in page.kinds.items()
            if name != kind and one.ways and all(page.ways[way].step == "answer" for way in one.ways)
        ]
        return cls(next(iter(hand_on), ""), next(iter(spot), ""), next(iter(own), ""))


class IntakeForm(Once):
    """Plain texts; `casework.actions.counter.take_words` decides about them."""

    shown_at: ClassVar[Mapping[str, str]] = {"place_code": "place_text", "topic": "topic_other"}
    reporter_phone = Plain(line(inputmode="tel", maxlength="40"))
    reporter_name = Plain(line(maxlength="80"))
    text = Plain(area(5, **{"data-key": "alt+1"}))
    attached = Picked()
    subject = Plain(line(maxlength="200"))
    place_text = Plain(line(maxlength="100", **{"data-key": "alt+2"}))
    place_code = Plain(forms.HiddenInput())
    topic_text = Plain(line(maxlength="60"))
    channel = Plain(forms.Select())
    paper_on = Plain(line(type="date"))
    nature = Plain(forms.Select())
    topic = Plain(forms.HiddenInput())
    topic_other = Plain(forms.Select())
    suggested = Plain(forms.HiddenInput())
    way = Plain(Keyed({HAND_ON: "z", ON_THE_SPOT: "d"}))
    reply = Plain(area(3))
    owner = Plain(forms.Select())
    owner_suggested = Plain(forms.HiddenInput())
    handler = Plain(forms.Select())
    supervisor = Plain(forms.Select())
    intent = Plain(forms.Select())
    heading = Plain(forms.Select())
    handling = Plain(forms.Select())
    basis = Plain(area(2))
    explained_by = Plain(line(maxlength="200"))
    view = Plain(area(2))
    explains = False
    disclosure = Plain(Keyed())
    answer_by = Plain(forms.Select())

    def lay_out(self, book: Rulebook, ways: Ways) -> None:
        """Offer what the programme has."""
        page = book.matters(book.county.intake.programme)
        self.offer("channel", [(name, one.title) for name, one in page.channels.items() if one.own == "own"])
        self.offer("nature", [(name, one.title) for name, one in page.natures.items()])
        self.offer("topic_other", [("", "—"), *topic_choices(page)])
        for dimension in MORE:
            rows = [(name, one.title) for name, one in page.values(dimension).items()]
            self.offer(dimension, [("", "—"), *rows] if rows else [])
        self.explains = any(set(EXPLAINED) & set(one.needs.get("answer", ())) for one in page.handlings.values())
        told = labels("counter_way", language())
        self.offer(
            "way", [(key, told[key]) for key, way in ((HAND_ON, ways.hand_on), (ON_THE_SPOT, ways.on_the_spot)) if way]
        )
        self.offer("answer_by", [("", "—"), *labels("answer_by", language()).items()])
        self.offer("disclosure", [(one, labels("counter_name", language())[one]) for one in DISCLOSURES])

    @property
    def classed(self) -> list[tuple[str, BoundField]]:
        """What the programme classes by besides topic and nature, with the words of its label."""
        return [(label("need", name, language()), self[name]) for name in MORE if self.fields[name].widget.choices]

    @property
    def explained(self) -> list[tuple[str, str, BoundField]]:
        """What is owed where something cannot be solved (R-228), with label and hint; none where no class asks."""
        told = EXPLAINED if self.explains else ()
        return [(label("need", one, language()), label("need_hint", one, language()), self[one]) for one in told]

    @property
    def chosen_topic(self) -> str:
        """The topic taken from the suggestions, or else from the whole list."""
        topic = self.value("topic")
        return self.value("topic_other") if topic in ("", OTHER_TOPIC) else topic

    @property
    def place_typed(self) -> str:
        """The place as it is looked for: without what nobody sees, and no longer than a name of a place is."""
        return sought(self.value("place_text")).words[:SEARCH]

    def paper_day(self) -> date | None:
        """The day on the paper it was taken from, None for none. Raises Refused("not_a_date")."""
        return dated(self.value("paper_on"), field="paper_on")

    def words(self, place_code: str, slip: str, ways: Ways, paper_on: date | None) -> Words:
        """What was said, for the room."""
        return Words(
            text=self.value("text"),
            subject=self.value("subject"),
            channel=self.value("channel"),
            paper_on=paper_on,
            place_code=place_code,
            reporter_name=self.value("reporter_name"),
            reporter_phone=self.value("reporter_phone"),
            disclosure=self.value("disclosure"),
            answer_by=self.value("answer_by"),
            nature=self.value("nature"),
            topic=self.chosen_topic,
            intent=self.value("intent"),
            heading=self.value("heading"),
            handling=self.value("handling"),
            kind=ways.spot_kind if self.value("way") == ON_THE_SPOT else "",
            slip=slip,
        )

    def taken(self, viewer: Viewer, ways: Ways, owner_note: str) -> Taken:
        """What the clerk decided. Raises Refused: way_unknown, needs_reply, needs_owner, value_unknown."""
        way = {HAND_ON: ways.hand_on, ON_THE_SPOT: ways.on_the_spot}.get(self.value("way"), "")
        if not way:
            raise Refused("way_unknown", field="way")
        if way == ways.on_the_spot:
            if not self.value("reply").strip():
                raise Refused("needs_reply", field="reply")
            explained = {name: self.value(name) for name in EXPLAINED if self.value(name).strip()}
            return Taken(way=way, reply=self.value("reply"), explained=explained)
        if not viewer.may("matter.assign") or not self.value("handler"):
            return Taken(way=way, note=owner_note)
        owner, handler, supervisor = (self.identity(part) for part in ("owner", "handler", "supervisor"))
        return Taken(way=way, owner=owner, handler=handler, supervisor=supervisor)

    def fields_kept(self) -> dict[str, str]:
        """What a draft keeps of the form."""
        return {name: self.value(name) for name in KEPT}

    def body(self, mark: str = "") -> bytes:
        """The same bytes for the same form with the same files (`mark`), to know it again."""
        left_out = ("suggested", "owner_suggested", "attached")
        parts = {name: self.value(name) for name in self.fields if name not in left_out}
        return json.dumps(parts | ({"files": mark} if mark else {}), sort_keys=True).encode()
