"""What the resident said on the telephone: four questions, one of a few answers each, and their own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from huiyin.casework.rules import closing
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Keyed, Plain, Typed, area, line
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Grade
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.words import label, labels

ANSWERS = {"contacted": "contacted", "true": "truth", "solved": "solved_short"}
"""Field to the label group of its answers; the digit that gives an answer is its place."""
YES_OR_NO = {"yes": True, "no": False}
UNSURE, NONE = "unsure", "none"


def scale(grades: Sequence[Grade]) -> dict[str, str]:
    """The programme's scale by value, best first, with its own words, and that one would rather not say."""
    spoken = language()
    ranked = sorted(grades, key=lambda one: -one.value)
    said = {str(one.value): one.title or label("grade_short", str(one.value), spoken) for one in ranked}
    return {**said, NONE: label("grade_short", NONE, spoken)}


@dataclass(frozen=True)
class Ways:
    """How a call may end, name and words, in the programme's order: reached, somebody there who is to be rung again, or
    nobody; these with the digit of their key, where there is one left.
    """

    reached: Sequence[tuple[str, str]]
    again: Sequence[tuple[str, str]]
    another: Sequence[tuple[str, str]]
    missed: Sequence[tuple[str, str, str]]

    def pressed(self, data: QueryDict) -> str:
        """Which was sent; that somebody was reached where no button was pressed."""
        return data.get("outcome") or self.reached[0][0]


def ways(book: Rulebook, programme: str) -> Ways:
    """What callers find on the page of a matter of this programme."""
    own: list[tuple[str, str, str]]
    own = [(one.name, one.title, one.meaning) for one in book.replies(programme).calls.outcomes]
    found = own or [(one, book.label("outcome", one, language()), one) for one in closing.OUTCOMES]
    nobody = [(name, words) for name, words, meaning in found if meaning in closing.MISSED]
    return Ways(
        reached=[(name, words) for name, words, meaning in found if meaning == closing.REACHED],
        again=[(name, words) for name, words, meaning in found if meaning == closing.CALL_AGAIN],
        another=[(name, words) for name, words, meaning in found if meaning == closing.ANOTHER_CALLER],
        missed=[(*one, str(key) if key < 10 else "") for key, one in enumerate(nobody, start=1)],
    )


class CallForm(Typed):
    """Plain texts; `casework.actions.feedback.call_back` decides about them."""

    shown_at: ClassVar[Mapping[str, str]] = {"words": "said"}

    seen = Plain(forms.HiddenInput())
    contacted = Plain(Keyed())
    true = Plain(Keyed())
    solved = Plain(Keyed())
    grade = Plain(Keyed())
    said = Plain(area(3))
    again_at = Plain(forms.DateTimeInput(attrs={"type": "datetime-local"}))
    second = Plain(line(inputmode="tel"))
    note = Plain(line(maxlength="200"))

    def __init__(self, *args: Any, grades: Sequence[Grade], **options: Any) -> None:
        super().__init__(*args, **options)
        self.answers = {name: labels(group, language()) for name, group in ANSWERS.items()} | {"grade": scale(grades)}
        for name, offered in self.answers.items():
            self.offer(name, offered.items())

    def keys(self) -> dict[str, dict[str, str]]:
        """For each question the digit of each answer."""
        return {
            name: {value: str(number) for number, value in enumerate(offered, start=1)}
            for name, offered in self.answers.items()
        }

    def again(self, zone: ZoneInfo) -> datetime | None:
        """When the resident wants to be rung, in the county's time; None where nothing is written.

        Raises Refused("not_a_date").
        """
        text = self.value("again_at").strip()
        if not text:
            return None
        try:
            return datetime.fromisoformat(text[:16]).replace(tzinfo=zone)
        except ValueError as wrong:
            raise Refused("not_a_date", field="again_at") from wrong

    def told(self) -> dict[str, Any]:
        """What was said, for the room."""
        grade = self.value("grade")
        return {
            "contacted": YES_OR_NO.get(self.value("contacted")),
            "true": YES_OR_NO.get(self.value("true")),
            "solved": self.value("solved"),
            "grade": typed.whole(grade, digits=1) if grade != NONE else None,
            "words": self.value("said"),
            "unsure": [name for name in ANSWERS if self.value(name) == UNSURE],
        }

    @property
    def version(self) -> int | None:
        """Which version of the matter the caller looked at."""
        return typed.whole(self.value("seen"))


class PromiseForm(Typed):
    """Whether a promise was kept, and the resident's own words."""

    shown_at: ClassVar[Mapping[str, str]] = {"words": "said"}

    kept = Plain(Keyed())
    said = Plain(area(3))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("kept", labels("kept", language()).items())

    @staticmethod
    def keys() -> dict[str, str]:
        """The digit of each answer."""
        return {value: str(number) for number, value in enumerate(labels("kept"), start=1)}
