"""Count a year's figures again from the exported entries: standard library only, nothing of the product.

    python count_again.py ENTRIES FIGURES FROM UNTIL [--basis received|answered|closed]

ENTRIES is what `huiyin tally entries` writes, FIGURES what `huiyin tally figures` prints. Exit codes: 0 every figure is
the same, 1 some differ (a line for each), 2 wrong usage. Written from the definitions in docs/explanation/figures.md.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

AWAY = {"retained", "passed", "joined", "withdrawn", "declined"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def newest(rows: list[Any]) -> Any:
    return max(rows, key=lambda row: (moment(row["at"]), row["id"]), default=None)


def result(state: str, word: str, *, solved: bool) -> str:
    """How it came out."""
    if state in AWAY:
        return state
    if state != "closed":
        return "answered" if state == "answered" else "open"
    if word == "yes":
        return "solved" if solved else "kept"
    return {"part": "part", "no": "unsolved"}.get(word, "silent")


def days_of(entry: Any, answered_at: str | None, book: Any) -> dict[str, str | None]:
    """The county's days on which it counts, by basis."""
    zone = ZoneInfo(book["zone"])
    moments = {"received": entry["opened_at"], "answered": answered_at, "closed": entry["closed_at"]}
    return {name: moment(text).astimezone(zone).date().isoformat() if text else None for name, text in moments.items()}


FOUR = [f"said_{part}" for part in ("contacted", "true", "solved", "grade")]
FOUR += ["was_contacted", "was_true", "was_solved", "was_satisfied"]


def four(about: Any, scale: Any) -> dict[str, bool]:
    """The four parts, of the last word of each that was said outside the handling body."""
    last = {part: newest([one for one in about if one[part] is not None]) for part in ("contacted", "true", "grade")}
    word = (newest(about) or {"solved": ""})["solved"]
    grade = scale.get(last["grade"]["grade"]) if last["grade"] else None
    found = {"said_solved": word in ("yes", "part", "no"), "was_solved": word == "yes"}
    for part in ("contacted", "true"):
        found |= {f"said_{part}": last[part] is not None, f"was_{part}": bool(last[part] and last[part][part])}
    return found | {"said_grade": grade is not None, "was_satisfied": grade is not None and grade["satisfied"]}


def count(entry: Any, book: Any) -> tuple[dict[str, str | None], dict[str, str], dict[str, int]]:
    """(days, dimensions, measures) of one matter."""
    reply = newest(entry["replies"])
    answered_at = None
    if reply:
        answered_at = entry["answered_at"] or (reply["at"] if entry["state"] in AWAY else None)
    answered = answered_at is not None
    about = [word for word in entry["words"] if reply and word["reply_id"] == reply["id"]]
    last = newest(about)
    word = last["solved"] if last else ""
    said = newest([one for one in about if one["grade"] is not None])
    scale = {one["value"]: one for one in book["grades"][entry["programme"]]}
    grade = scale.get(said["grade"]) if said and answered else None
    made = [call for call in entry["calls"] if call["outcome"] != "taken_back"]
    calls = [call for call in made if reply and call["reply_id"] == reply["id"]]
    reached = any(call["outcome"] == "reached" for call in calls)
    drawn = all(turn["drawn"] for turn in entry["turns"] if reply and turn["reply_id"] == reply["id"])
    answers = {move["at"] for move in entry["moves"] if move["step"] == "answer"}
    met = sorted((c for c in entry["clocks"] if c["met_at"] in answers), key=lambda c: moment(c["met_at"]))
    late = any(moment(c["met_at"]) >= moment(c["due_at"]) for c in met)
    can_solve = all(book[f"{one}s"][entry["programme"]].get(entry[one], True) for one in ("way", "handling"))
    solved = entry["state"] == "closed" and can_solve and answered and word == "yes"
    reasonable = entry["reasonable"] is True
    satisfied = grade is not None and grade["satisfied"]
    spoke = answered and word != ""
    measures = {
        "collected": 1,
        "answered": answered,
        "delivered": answered and reply["delivered_at"] is not None,
        "in_time": answered and not late,
        "asked": answered and drawn,
        "called": answered and drawn and (reached or spoke),
        "heard": answered and word in ("yes", "part", "no"),
        "closed": entry["state"] == "closed",
        **{"solved": solved, "graded": grade is not None},
        "satisfied": satisfied,
        "points": grade["points"] if grade else 0,
        "reasonable": reasonable,
        "reasonable_graded": reasonable and grade is not None,
        "reasonable_satisfied": reasonable and satisfied,
        "reopened": entry["reopened"] > 0,
        "common": any(one["out_at"] is None for one in entry["issues"]),
        "coordinating": entry["state"] in ("discussing", "raised", "applied", "submitted", "disputed"),
        **(four([one for one in about if one["outside"]], scale) if answered else dict.fromkeys(FOUR, 0)),
    }
    named = [row["disclosure"] for row in entry["reporters"] if row["role"] == "reporter"]
    dimensions = {
        "reporter": named[-1] if named else "anonymous",
        "limit": f"{met[-1]['amount']} {met[-1]['unit']}" if met else "",
        "result": result(entry["state"], word, solved=bool(solved)),
        "call": "reached" if reached else "own" if spoke else "tried" if calls else "none",
        "handler": entry["handler_id"] or "",
        "supervisor": entry["supervisor_id"] or "",
        "body": entry["owner_body_id"] or "",
        "place": (entry["place_code"][:9]).ljust(12, "0"),
        **{name: entry[name] for name in ("channel", "topic", "way", "nature", "kind", "level", "programme")},
        **{name: entry[name] for name in ("intent", "heading", "handling")},
    }
    return days_of(entry, answered_at, book), dimensions, {name: int(value) for name, value in measures.items()}


def main(arguments: Sequence[str]) -> int:
    """Compare; see the module."""
    known = argparse.ArgumentParser(description=__doc__)
    for name in ("entries", "figures", "from_", "until"):
        known.add_argument(name)
    known.add_argument("--basis", default="received")
    given = known.parse_args(arguments)
    lines = [json.loads(line) for line in Path(given.entries).read_text(encoding="utf-8").splitlines()]
    books = {one["rulebook_id"]: one for one in lines[0]["programmes"]}
    mine: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    counted = 0
    for entry in lines[1:]:
        if entry["staff"]:  # from a number of somebody in service: in no figure
            continue
        days, dimensions, measures = count(entry, books[entry["rulebook_id"]])
        day = days[given.basis]
        if day is None or not given.from_ <= day < given.until:
            continue
        counted += 1
        for name, value in {**dimensions, "day": day}.items():
            for measure, number in measures.items():
                mine[name][value][measure] += number
    theirs = json.loads(Path(given.figures).read_text(encoding="utf-8"))
    faults, compared = [], 0
    for name, values in theirs.items():
        for value in values.keys() | mine[name].keys():
            for measure in ("collected", *{*values.get(value, {}), *mine[name][value]}):
                compared += 1
                one, other = mine[name][value][measure], values.get(value, {}).get(measure, 0)
                if one != other:
                    faults.append(f"{name} {value} {measure}: {one} counted again, {other} shown")
    whole = {
        name: {m: sum(v[m] for v in values.values()) for m in ("collected", "solved")}
        for name, values in theirs.items()
    }
    if len({tuple(sums.values()) for sums in whole.values()}) > 1:
        faults.append(f"the sums of the dimensions do not agree: {whole}")
    print("\n".join(sorted(faults)) or f"{counted} matters, {compared} figures: the same")
    return 1 if faults or not counted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
