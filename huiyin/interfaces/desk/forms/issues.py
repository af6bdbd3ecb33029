"""Forms of a common issue: what it is, what was promised, how far it is."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms

from huiyin.casework.queries.issues import Issue
from huiyin.casework.rules.issues import URGENCIES, About
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Keyed, Once, Plain, Several, Ticks, Typed, area, line
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Matters
from huiyin.programme.words import labels
from huiyin.register.queries.staff import BodyRow


class ShownForm(Once):
    """What everybody reads of an issue."""

    found = Plain(area(4, maxlength="1000"))
    plan = Plain(area(3, maxlength="1000"))
    became = Plain(area(3, maxlength="1000"))


class IssueForm(Once):
    """What an issue says of itself."""

    shown_at: ClassVar[Mapping[str, str]] = {"place_code": "title"}
    seen = Plain(forms.HiddenInput())
    title = Plain(line(maxlength="200"))
    text = Plain(area(4))
    topic = Plain(forms.Select())
    urgency = Plain(Keyed())
    owner = Plain(forms.Select())
    units = Several(required=False, widget=Ticks())
    plan = Plain(area(4))
    funding_yuan = Plain(line(inputmode="numeric", maxlength="15"))
    funding_from = Plain(line(maxlength="200"))

    def lay_out(self, page: Matters, bodies: tuple[BodyRow, ...]) -> None:
        """Offer what the county has."""
        told = labels("urgency", language())
        self.offer("topic", [("", "—"), *((name, one.title) for name, one in page.topics.items())])
        self.offer("urgency", [(name, told[name]) for name in URGENCIES])
        choices = [(str(one.id), one.name) for one in bodies]
        self.offer("owner", [("", "—"), *choices])
        self.offer("units", choices)

    def about(self, place_code: str) -> About:
        """For the room. Raises Refused("number_wrong") for money that is none."""
        money = self.value("funding_yuan").strip().replace(",", "")
        yuan = typed.whole(money, digits=15) if money else None
        if money and yuan is None:
            raise Refused("number_wrong", field="funding_yuan")
        units = (typed.identity(str(one)) for one in self["units"].value() or ())
        return About(
            title=self.value("title"),
            text=self.value("text"),
            place_code=place_code,
            topic=self.value("topic"),
            urgency=self.value("urgency"),
            owner=self.identity("owner"),
            units=tuple(one for one in units if one),
            plan=self.value("plan"),
            funding_yuan=yuan,
            funding_from=self.value("funding_from"),
        )

    @staticmethod
    def of(issue: Issue, units: list[str]) -> dict[str, Any]:
        """What stands now."""
        return {
            "seen": str(issue.version),
            "title": issue.title,
            "text": issue.text,
            "topic": issue.topic,
            "urgency": issue.urgency,
            "owner": str(issue.owner_body_id or ""),
            "units": units,
            "plan": issue.plan,
            "funding_yuan": "" if issue.funding_yuan is None else str(issue.funding_yuan),
            "funding_from": issue.funding_from,
        }


class PromiseForm(Once):
    """What was promised in public, by whom, until when."""

    said = Plain(area(3))
    who = Plain(line(maxlength="80"))
    until = Plain(forms.DateInput(attrs={"type": "date"}))
    reason = Plain(area(2))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_promise_%s", **options})

    def day(self) -> date:
        """Until when. Raises Refused("not_a_date")."""
        return typed.needed_day(self.value("until"), field="until")


class FigureForm(Once):
    """How far it is."""

    name = Plain(line(maxlength="60"))
    unit = Plain(line(maxlength="20"))
    target = Plain(line(inputmode="decimal", maxlength="15"))
    value_now = Plain(line(inputmode="decimal", maxlength="15"))
    figure_note = Plain(area(2))
    shown_at: ClassVar[Mapping[str, str]] = {"value": "value_now"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_figure_%s", **options})

    def number(self, name: str) -> Decimal:
        """A decimal number as it was typed. Raises Refused("number_wrong")."""
        try:
            found = Decimal(self.value(name).strip().replace(",", ""))
        except InvalidOperation as wrong:
            raise Refused("number_wrong", field=name) from wrong
        if not found.is_finite() or found.copy_abs() >= Decimal(10) ** 11:
            raise Refused("number_wrong", field=name)
        return found.quantize(Decimal("0.01"))


class SettleForm(Typed):
    """The last word on an issue."""

    note = Plain(area(3))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_settle_%s", **options})
