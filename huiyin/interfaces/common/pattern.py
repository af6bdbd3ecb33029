"""The pattern page: every token, state and component on one page, at the sizes of the desk or of the public door."""

import json
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Chip, ClockFace, Figure, Pager, Step, Tab, WallLine
from huiyin.programme.words import labels, traditional


@require_safe
def pattern(request: HttpRequest) -> HttpResponse:
    """Show the page; `?door=public` shows the same things as residents meet them."""
    door = "public" if request.GET.get("door") == "public" else "desk"
    return render(request, f"common/pattern_{door}.html", {"door": door, **_context(_samples())})


def _context(samples: dict[str, Any]) -> dict[str, Any]:
    return {
        "colours": samples["colours"],
        "states": labels("state"),
        "states_public": labels("state_public"),
        "evidences": labels("evidence"),
        "verdicts": ["meets", "below", "indeterminate", "not_shown", "not_measured", "under_appeal"],
        "marks": samples["marks"],
        "clocks": [_face(state, share, text, samples["approver"]) for state, share, text in samples["clocks"]],
        "notices": samples["notices"],
        "steps_shown": [
            Step(state=state, title=title, when=when, by=by, text=text)
            for state, title, when, by, text in samples["steps"]
        ],
        "wall": [WallLine(part, text, late) for part, text, late in samples["wall"]],
        "figures_shown": [
            Figure(value=value, label=name, base=base, href="#") for value, name, base in samples["figures"]
        ],
        "tabs": [Tab(label=name, href="#", count=count, here=here) for name, count, here in samples["views"]],
        "chips_shown": [
            *(Chip(label=name, href="#", on=True, icon=icon) for name, icon in samples["chips_on"]),
            *(Chip(label=name, href="#") for name in samples["chips"]),
        ],
        "page": Pager(after="#"),
        "rows": [_row(row) for row in samples["rows"]],
        "ledger": samples["ledger"],
        "kv": samples["kv"],
        "week": [
            {"day": day, "count": count, "share": count / 8, "late": late / 8} for day, count, late in samples["week"]
        ],
        "chart_title": samples["chart_title"],
        "chart_rows": samples["chart_rows"],
        "chart_series": samples["chart_series"],
        "chart": json.loads(json.dumps(_chart(samples))),
        "form": _filled(samples),
        "spaces": [4, 8, 12, 16, 20, 28, 40, 48],
        "heat": range(1, 6),
    }


def _face(state: Any, share: float, text: str, approver: str = "") -> ClockFace:
    return ClockFace(state, share, text, approver if state == "extended" else "")


def _row(row: list[Any]) -> dict[str, Any]:
    names = ("subject", "code", "place", "holder", "state", "moved")
    return {"clock": _face(row[0], row[1], row[2]), **dict(zip(names, row[3:], strict=True))}


def _chart(samples: dict[str, Any]) -> dict[str, Any]:
    """Stacked bars, the sum written at the end of each; axis from nought."""
    rows = list(reversed(samples["chart_rows"]))
    solved, unsolved = samples["chart_series"]
    stacked = {"type": "bar", "stack": "all"}
    return {
        "grid": {"left": 8, "right": 48, "top": 34, "bottom": 4, "containLabel": True},
        "legend": {"right": 0, "top": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "show": False, "min": 0},
        "yAxis": {"type": "category", "data": [row[0] for row in rows], "axisLine": {"show": False}},
        "series": [
            {**stacked, "name": solved, "data": [row[1] for row in rows]},
            {
                **stacked,
                "name": unsolved,
                "data": [row[2] for row in rows],
            },
            {
                **stacked,
                "name": "",
                "data": [{"value": 0, "label": {"formatter": str(row[1] + row[2])}} for row in rows],
                "label": {"show": True, "position": "right"},
                "tooltip": {"show": False},
            },
        ],
    }


def _filled(samples: dict[str, Any]) -> forms.Form:
    """A form as it comes back with one thing missing."""

    class Sample(forms.Form):
        text = forms.CharField(
            label=samples["label_text"], help_text=samples["hint_text"], widget=forms.Textarea(attrs={"rows": 3})
        )
        place = forms.ChoiceField(
            label=samples["label_place"], required=False, choices=[(name, name) for name in samples["places"]]
        )
        phone = forms.RegexField(
            r"^1\d{10}$",
            label=samples["label_phone"],
            help_text=samples["hint_phone"],
            error_messages={"invalid": samples["error_phone"]},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )
        name = forms.ChoiceField(
            label=samples["label_name"],
            choices=[(value, words) for value, words, _ in samples["names"]],
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        )
        ways = forms.MultipleChoiceField(
            label=samples["label_ways"],
            required=False,
            choices=[(value, words) for value, words, _ in samples["ways"]],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        )

    form = Sample(
        {"text": samples["rows"][2][3], "place": "", "phone": "199-0000-882", "name": "sealed", "ways": ["sms"]}
    )
    for field in ("name", "ways"):
        lines = {value: line for value, _, line in samples["name" + "s" if field == "name" else "ways"]}
        form.fields[field].consequences = lines  # type: ignore[attr-defined]  # read by the tag `pick`
    return form


def _samples() -> dict[str, Any]:
    wanted = language()
    samples = _read()["en" if wanted == "en" else "zh-Hans"]
    converted: dict[str, Any] = json.loads(traditional(json.dumps(samples, ensure_ascii=False)))
    return converted if wanted == "zh-Hant" else samples


@cache
def _read() -> dict[str, dict[str, Any]]:
    text = (resources.files("huiyin.interfaces.common") / "pattern.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
