"""What the resident said on the telephone: four questions, one of a few answers each, and their own words."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Keyed, Plain, Typed, area
from huiyin.programme.words import labels

ANSWERS = {"contacted": "contacted", "true": "truth", "solved": "solved_short", "grade": "grade_short"}
"""Field to the label group of its answers; the digit that gives an answer is its place."""
YES_OR_NO = {"yes": True, "no": False}


class CallForm(Typed):
    """Plain texts; `casework.actions.feedback.call_back` decides about them."""

    shown_at: ClassVar[Mapping[str, str]] = {"words": "said"}

    seen = Plain(forms.HiddenInput())
    contacted = Plain(Keyed())
    true = Plain(Keyed())
    solved = Plain(Keyed())
    grade = Plain(Keyed())
    said = Plain(area(3))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, group in ANSWERS.items():
            self.offer(name, labels(group, language()).items())

    @staticmethod
    def keys() -> dict[str, dict[str, str]]:
        """For each question the digit of each answer."""
        return {
            name: {value: str(number) for number, value in enumerate(labels(group), start=1)}
            for name, group in ANSWERS.items()
        }

    def told(self) -> dict[str, Any]:
        """What was said, for the room."""
        grade = self.value("grade")
        return {
            "contacted": YES_OR_NO.get(self.value("contacted")),
            "true": YES_OR_NO.get(self.value("true")),
            "solved": self.value("solved"),
            "grade": int(grade) if grade in ("1", "3", "5") else None,
            "words": self.value("said"),
        }

    @property
    def version(self) -> int | None:
        """Which version of the matter the caller looked at."""
        return typed.whole(self.value("seen"))
