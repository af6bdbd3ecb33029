"""Forms of inspections, findings, improvements and decisions made elsewhere."""

from datetime import date

from django import forms

from huiyin.casework.actions.decided import Paper
from huiyin.casework.actions.inspections import Plan, Task
from huiyin.casework.rules.inspections import DECISIONS, SEVERITIES, WATCHED
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Choices, Keyed, Once, Plain, Several, Ticks, area, line
from huiyin.programme.refusal import Refused
from huiyin.programme.words import label

DAY = {"type": "date"}


class PlanForm(Once):
    """Name, what it looks at, from when until when, where, with whom."""

    title = Plain(line(maxlength="200"))
    task = Plain(area(3))
    from_on = Plain(forms.DateInput(attrs=DAY))
    until_on = Plain(forms.DateInput(attrs=DAY))
    areas = Several(required=False, widget=Ticks())
    members = Several(required=False, widget=Ticks())

    def lay_out(self, places: Choices, people: Choices) -> None:
        """Offer places and persons."""
        self.offer("areas", places)
        self.offer("members", people)

    def plan(self) -> Plan:
        """For the room. Raises Refused("value_unknown")."""
        return Plan(
            title=self.value("title"),
            task=self.value("task"),
            from_on=typed.day(self.value("from_on")),
            until_on=typed.day(self.value("until_on")),
            areas=[str(one)[:12] for one in self["areas"].value() or () if one][:100],
            members=[typed.chosen(str(one), "value_unknown", field="members") for one in self["members"].value() or ()],
        )


class FindingForm(Once):
    """Where, about which unit, what, how grave."""

    place_code = Plain(forms.Select())
    body = Plain(forms.Select())
    said = Plain(area(4))
    severity = Plain(Keyed())

    def lay_out(self, places: Choices, bodies: Choices) -> None:
        """Offer the group's places and the units."""
        self.offer("place_code", places)
        self.offer("body", [("", "—"), *bodies])
        self.offer("severity", [(one, label("severity", one, language())) for one in SEVERITIES])


class WordForm(Once):
    """One line or text: a paper's number, what a unit says, what was changed, what came of it."""

    paper = Plain(line(maxlength="120"))
    said = Plain(area(3))
    changed = Plain(area(3))
    summary = Plain(area(3))


class TaskForm(Once):
    """Because of what, what, by whom, until when, and by which figure one will see it."""

    because = Plain(area(3))
    task = Plain(area(2))
    body = Plain(forms.Select())
    person = Plain(forms.Select())
    due_on = Plain(forms.DateInput(attrs=DAY))
    place_code = Plain(forms.Select())
    topic = Plain(forms.Select())
    figure = Plain(forms.Select())

    def lay_out(self, *, bodies: Choices, people: Choices, places: Choices, topics: Choices) -> None:
        """Offer units, persons, places, topics and shares."""
        self.offer("body", [("", "—"), *bodies])
        self.offer("person", [("", "—"), *people])
        self.offer("place_code", [("", "—"), *places])
        self.offer("topic", [("", "—"), *topics])
        self.offer("figure", [("", "—"), *((one, label("figure_share", one, language())) for one in WATCHED)])

    def faults(self) -> list[Refused]:
        """What a form alone can tell is wrong: no unit."""
        return [] if typed.identity(self.value("body")) else [Refused("body_unknown", field="body")]

    def wanted(self) -> Task:
        """For the room. Raises Refused: body_unknown, value_unknown."""
        return Task(
            because=self.value("because"),
            text=self.value("task"),
            body=typed.chosen(self.value("body"), "body_unknown", field="body"),
            person=self.identity("person"),
            due_on=typed.day(self.value("due_on")),
            place_code=self.value("place_code")[:12],
            topic=self.value("topic")[:60],
            figure=self.value("figure")[:40],
        )


class DecidedForm(Once):
    """A paper: what, who decided, which document, when, which unit, how many."""

    kind = Plain(forms.Select())
    decided_by = Plain(line(maxlength="120"))
    document = Plain(line(maxlength="120"))
    decided_on = Plain(forms.DateInput(attrs=DAY))
    body = Plain(forms.Select())
    many = Plain(line(inputmode="numeric", maxlength="4"))

    def lay_out(self, bodies: Choices) -> None:
        """Offer the kinds and the units."""
        self.offer("kind", [("", "—"), *((one, label("decision", one, language())) for one in DECISIONS)])
        self.offer("body", [("", "—"), *bodies])

    def faults(self) -> list[Refused]:
        """All that a form alone can tell is wrong, each with its field."""
        told = [
            Refused("text_empty", field=name) for name in ("decided_by", "document") if not self.value(name).strip()
        ]
        if self.value("kind") not in DECISIONS:
            told.append(Refused("value_unknown", field="kind"))
        if typed.day(self.value("decided_on")) is None:
            told.append(Refused("not_a_date", field="decided_on"))
        if typed.identity(self.value("body")) is None:
            told.append(Refused("body_unknown", field="body"))
        if not typed.whole(self.value("many")):
            told.append(Refused("number_wrong", field="many"))
        return told

    def paper(self) -> Paper:
        """For the room. Raises Refused: not_a_date, body_unknown."""
        on: date = typed.needed_day(self.value("decided_on"), field="decided_on")
        return Paper(
            kind=self.value("kind"),
            decided_by=self.value("decided_by"),
            document=self.value("document"),
            decided_on=on,
            body=typed.chosen(self.value("body"), "body_unknown", field="body"),
            many=typed.whole(self.value("many")) or 0,
        )
