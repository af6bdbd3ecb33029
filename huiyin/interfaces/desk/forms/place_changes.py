"""The form in which a place is joined, divided, renamed or recoded: which others, into what, since when, why."""

import re
from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Once, Plain, line
from huiyin.register.queries.place_plan import Asked, Into

PARTS, OTHERS = 6, 100
BETWEEN = re.compile(r"[\s\x00-\x1f,;，；、]+")
NOT_SENT = frozenset({"csrfmiddlewaretoken", "key", "do", "seen"})


class ChangeForm(Once):
    """`others` are ticks beside the fields; of a divided place `into_N`, `name_N`, `code_N`, `takes_N`, `homes_N` and
    `rest_N` stand for its parts."""

    into = Plain(forms.Select())
    name = Plain(line(maxlength="60"))
    code = Plain(line(maxlength="15", inputmode="numeric"))
    on = Plain(forms.TextInput(attrs={"type": "date"}))
    why = Plain(line(maxlength="200"))
    source = Plain(line(maxlength="200"))

    def asked(self, kind: str, under: str, ending: Iterable[str] = ()) -> Asked:
        """What it says. Raises Refused: not_a_date, value_unknown."""
        sent = self.sent()
        others = tuple(one[:15] for one in sent.getlist("others")[:OTHERS]) if kind == "merged" else ()
        return Asked(
            kind,
            (under, *others),
            self.parts() if kind in ("split", "placed") else (self._one(kind),),
            why=self.value("why"),
            source=self.value("source"),
            on=typed.dated(self.value("on"), field="on"),
            ending=frozenset(typed.chosen(one, "value_unknown") for one in ending),
        )

    def _one(self, kind: str) -> Into:
        if kind == "merged" and self.value("into"):
            return Into(code=self.value("into")[:15])
        return Into(code=self.value("code").strip()[:15], name=self.value("name")[:200])

    def parts(self) -> tuple[Into, ...]:
        """The parts of which anything was written."""
        found = (self.part(number) for number in range(1, PARTS + 1))
        return tuple(one for one in found if one != Into())

    def part(self, number: int) -> Into:
        """One part as it was written."""
        sent = self.sent()
        chosen = sent.get(f"into_{number}", "")[:15]
        return Into(
            code=chosen or sent.get(f"code_{number}", "").strip()[:15],
            name="" if chosen else sent.get(f"name_{number}", "").strip()[:200],
            takes=tuple(one[:15] for one in sent.getlist(f"takes_{number}")[:1_000]),
            households=tuple(filter(None, BETWEEN.split(sent.get(f"homes_{number}", "")[:400_000]))),
            rest=bool(sent.get(f"rest_{number}")),
        )

    def sent(self) -> QueryDict:
        """What was sent, with several values of one name."""
        return self.data if isinstance(self.data, QueryDict) else QueryDict()

    def again(self) -> list[tuple[str, str]]:
        """Everything that was sent, to be sent once more from a page that shows what would happen."""
        sent = self.sent()
        return [(name, one) for name in sent if name not in NOT_SENT for one in sent.getlist(name)]
