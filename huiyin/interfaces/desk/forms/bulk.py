"""The form of a step for several matters: what all of them are to get."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Chosen
from huiyin.interfaces.desk.forms.steps import by_body, owner_of, uuid_of
from huiyin.interfaces.desk.topic_finder import choices as topic_choices
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.dimensions import Dimension
from huiyin.programme.schema.matters import Matters
from huiyin.programme.words import label
from huiyin.register.queries.staff import OfficialRow

VERBS = {"accept": "matter.classify", "classify": "matter.classify", "assign": "matter.assign"}
"""The steps that are offered for several, and what they need."""
FIELDS = {"accept": (), "classify": ("topic", "nature", "way"), "assign": ("way", "owner", "supervisor")}
MORE: tuple[Dimension, ...] = ("intent", "heading", "handling")
"""What classifying sets besides, in a programme that has it."""

Choices = list[tuple[str, Any]]


class BulkForm(forms.Form):
    """Choices only; rules are the action's."""

    use_required_attribute = False

    def __init__(self, data: Any, *, step: str, programme: Matters, people: Sequence[Sequence[OfficialRow]]) -> None:
        super().__init__(data)
        self.step, self.programme, self.people = step, programme, people
        more = [name for name in MORE if step == "classify" and programme.values(name)]
        asked = {name for kind in programme.kinds.values() for name in kind.requires}
        self.optional = frozenset(name for name in more if name not in asked)
        for name in (*FIELDS[step], *more):
            choices = self._choices(name)
            initial = choices[0][0] if name == "way" and choices else ""
            self.fields[name] = Chosen(
                label=label("need", name, language()),
                required=False,
                choices=[("", "—"), *choices],
                initial=initial,
            )

    def given(self) -> dict[str, Any]:
        """What was chosen, by need. Raises Refused: the first of `wrong`."""
        found, wrong = self._read()
        for one in wrong:
            raise one
        return found

    def wrong(self) -> list[Refused]:
        """All that is missing or unknown, each with its field: needs_<field>, value_unknown."""
        return self._read()[1]

    def _read(self) -> tuple[dict[str, Any], list[Refused]]:
        found: dict[str, Any] = {}
        wrong: list[Refused] = []
        for name in self.fields:
            typed = self.data.get(name, "").strip()
            try:
                if not typed and name in self.optional:
                    continue
                if not typed:
                    raise Refused(f"needs_{name}", field=name)
                if name == "owner":
                    found |= owner_of(typed)
                else:
                    found[name] = uuid_of(typed, name) if name == "supervisor" else typed
            except Refused as refused:
                wrong.append(refused)
        return found, wrong

    def chosen(self) -> list[tuple[str, str]]:
        """What was chosen in words, with its label."""
        found = []
        for name, field in self.fields.items():
            told: dict[Any, str] = {}
            for value, words in field.widget.choices:
                # People stand under their bodies, and the body is part of what was chosen.
                told |= {one: f"{value} {who}" for one, who in words} if isinstance(words, list) else {value: words}
            found.append((str(field.label), str(told.get(self.data.get(name, ""), ""))))
        return found

    def refuse(self, refused: Refused) -> None:
        """Show a refusal at its field, or on top."""
        self.add_error(refused.field if refused.field in self.fields else None, refused.sentence(language()))

    def _choices(self, name: str) -> Choices:
        page = self.programme
        if name == "owner":
            return by_body(self.people[0], frozenset(), with_body=True)
        if name == "supervisor":
            return by_body(self.people[1], frozenset(), with_body=False)
        if name == "way":
            ways = [(key, way) for key, way in page.ways.items() if not way.sealed]
            fitting = [(key, way.title) for key, way in ways if way.step == "assign"]
            # Classifying may choose any way; the likeliest, handing on, stands first.
            others = [(key, way.title) for key, way in ways if way.step != "assign"]
            return fitting if self.step == "assign" else [*fitting, *others]
        table = page.values(cast(Dimension, name))
        if name == "topic":
            return [(key, words) for key, words in topic_choices(page) if not page.topics[key].held]
        return [(key, row.title) for key, row in table.items() if not getattr(row, "held", False)]
