"""Worked examples of a programme: the clerk who writes it signs these too.

`examples.test.toml` stands beside the pages. Each table is one example: `[[deadline]]`, `[[step]]`, `[[topic]]`,
`[[load]]`, `[[reach]]`, `[[composition]]`, `[[callback]]`.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from huiyin.programme.clock import WorkingDays, due
from huiyin.programme.contact import counted, falls_on, owed
from huiyin.programme.drawing import drawn
from huiyin.programme.loader import read_toml, validate
from huiyin.programme.problems import Problem
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.base import Count, Level, Name, PlaceCode, Prose, Strict, Title
from huiyin.programme.schema.contact import Contact
from huiyin.programme.schema.links import Pairing
from huiyin.programme.schema.matters import Matters, Need
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.steps import Standing, Taker, take


class Deadline(Strict):
    """When a clock that starts at a moment is due."""

    clock: Name
    at: AwareDatetime
    due: date | AwareDatetime
    """The last day; for limits in hours the moment."""
    provisional: bool = False
    """How it is reckoned before the notice of the year it ends in has come; that notice makes no example wrong."""
    why: Prose = ""


class StepExample(Strict):
    """What becomes of a step: the state it leads to, or the refusal."""

    kind: Name
    state: Name
    step: Name
    role: Name | Literal["resident", "system"]
    part: Name | None = None
    way: Name | None = None
    handling: Name | None = None
    previous: Name | None = None
    given: tuple[Need, ...] = ()
    target: Name | None = None
    refused: Name | None = None
    starts: tuple[Name, ...] | None = None
    meets: tuple[Name, ...] | None = None
    level: Level = "village"
    transfers: Count = 0
    decided: bool = False
    why: Prose = ""


class TopicExample(Strict):
    """Which topic a text suggests first."""

    text: Title
    first: Name | None = None


class LoadExample(Strict):
    """Whether so many officials are enough for so many households, and not too many."""

    pairing: Name
    officials: dict[Name, Count]
    """By tier."""
    households: Count
    comes_out: Literal["fits", "too_few", "too_many"]
    why: Prose = ""


class ReachExample(Strict):
    """Whether somebody of a tier, whose post is at one place, may be linked at another."""

    pairing: Name
    tier: Name
    post: PlaceCode
    place: PlaceCode
    within: bool
    why: Prose = ""


class CompositionExample(Strict):
    """What a set of links lacks; `set` names the category each of them counts for."""

    pairing: Name
    set: tuple[Name, ...]
    lacking: tuple[Name, ...] = ()
    why: Prose = ""


class CallBackExample(Strict):
    """Whether an answer is drawn for a call, and from when a resident who was not is rung if they say nothing."""

    flow: Name
    seed: Title
    """The seed of the day, as it is told thirty days later."""
    reply: Title
    """The answer's id."""
    answered: AwareDatetime
    drawn: bool
    own_word_until: date | None = None
    """The last day for a word of their own; nothing where it was drawn."""
    why: Prose = ""


class DayExample(Strict):
    """Which days of a month a day that comes again falls on."""

    day: Name
    month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    on: tuple[date, ...]
    why: Prose = ""


class QuotaExample(Strict):
    """How much of a quota is owed."""

    quota: Name
    span: Count
    served: Count
    links: Count = 1
    owed: Count
    why: Prose = ""


class DiaryExample(Strict):
    """What some days in the field count for: activities, those with a night of their own, and what each quota gets."""

    days: tuple[Name, ...] = ()
    nights: tuple[Name, ...] = ()
    counts: dict[Name, Count]
    why: Prose = ""


class Examples(Strict):
    """The file examples.test.toml."""

    deadline: tuple[Deadline, ...] = ()
    step: tuple[StepExample, ...] = ()
    topic: tuple[TopicExample, ...] = ()
    load: tuple[LoadExample, ...] = ()
    reach: tuple[ReachExample, ...] = ()
    composition: tuple[CompositionExample, ...] = ()
    callback: tuple[CallBackExample, ...] = ()
    day: tuple[DayExample, ...] = ()
    quota: tuple[QuotaExample, ...] = ()
    diary: tuple[DiaryExample, ...] = ()


def run_examples(folder: Path, book: Rulebook, days: WorkingDays) -> tuple[int, list[Problem]]:
    """Run the examples of every programme in a county folder: how many there were, and those that came out wrong."""
    count, problems = 0, list[Problem]()
    for name in book.programmes:
        page = f"programmes/{name}/examples.test.toml"
        data = read_toml(folder / page, page, problems)
        examples = None if data is None else validate(Examples, data, page, problems)
        if examples is None:
            continue
        for section, number, expected, found in _run(examples, book, name, days):
            count += 1
            if expected != found:
                values: dict[str, str | int] = {"number": number, "expected": expected, "found": found}
                problems.append(Problem(page, section, "example_wrong", values))
    return count, problems


def _run(examples: Examples, book: Rulebook, name: str, days: WorkingDays) -> list[tuple[str, int, str, str]]:
    """Section, number within it, what was expected and what was found."""
    matters = book.matters(name)
    done = [("deadline", n, *_deadline(one, book, matters, days)) for n, one in enumerate(examples.deadline, start=1)]
    done += [("step", n, *_step(one, book, matters)) for n, one in enumerate(examples.step, start=1)]
    done += [("callback", n, *_called(one, book, matters, days)) for n, one in enumerate(examples.callback, start=1)]
    for n, one in enumerate(examples.topic, start=1):
        found = matters.suggest(one.text)
        done.append(("topic", n, str(one.first), str(found[0] if found else None)))
    return done + _contact(examples, book.programmes[name].contact or Contact()) + _links(examples, book, name)


def _contact(examples: Examples, page: Contact) -> list[tuple[str, int, str, str]]:
    """The examples of the page contact.toml."""
    done: list[tuple[str, int, str, str]] = []
    for number, one in enumerate(examples.day, start=1):
        rule = page.days.get(one.day)
        first = date.fromisoformat(f"{one.month}-01")
        month = (first + timedelta(days=away) for away in range(31))
        found = [day for day in month if day.month == first.month and rule is not None and falls_on(rule, day)]
        shown = str([str(day) for day in found]) if rule is not None else "day_unknown"
        done.append(("day", number, str([str(day) for day in one.on]), shown))
    for number, each in enumerate(examples.quota, start=1):
        quota = page.quotas.get(each.quota)
        due_ = owed(quota, span=each.span, served=each.served, links=each.links) if quota else "quota_unknown"
        done.append(("quota", number, str(each.owed), str(due_)))
    for number, diary in enumerate(examples.diary, start=1):
        days = [(name, False) for name in diary.days] + [(name, True) for name in diary.nights]
        known = all(name in page.activities for name, _ in days)
        counts = {quota: counted(page, quota, days) for quota in diary.counts}
        done.append(("diary", number, str(diary.counts), str(counts) if known else "activity_unknown"))
    return done


def _links(examples: Examples, book: Rulebook, name: str) -> list[tuple[str, int, str, str]]:
    """The examples of the page links.toml, if there is one."""
    links = book.programmes[name].links
    pairings = links.pairings if links else {}
    done: list[tuple[str, int, str, str]] = []
    sections: tuple[tuple[str, tuple[LoadExample | ReachExample | CompositionExample, ...]], ...] = (
        ("load", examples.load),
        ("reach", examples.reach),
        ("composition", examples.composition),
    )
    for section, ones in sections:
        for number, one in enumerate(ones, start=1):
            pairing = pairings.get(one.pairing)
            expected, found = _linked(one, pairing) if pairing else ("", "pairing_unknown")
            done.append((section, number, expected, found))
    return done


def _linked(one: LoadExample | ReachExample | CompositionExample, pairing: Pairing) -> tuple[str, str]:
    """What is expected of an example of links, and what is found."""
    if isinstance(one, CompositionExample):
        return str(one.lacking), str(pairing.lacking(one.set))
    tiers = one.officials if isinstance(one, LoadExample) else (one.tier,)
    if not set(tiers) <= set(pairing.loads):
        return "", "tier_unknown"
    if isinstance(one, ReachExample):
        return str(one.within), str(pairing.reaches(one.tier, one.post, one.place))
    least, most = pairing.capacity(one.officials)
    found = "too_few" if most < one.households else "too_many" if least > one.households else "fits"
    return one.comes_out, found


def _called(example: CallBackExample, book: Rulebook, matters: Matters, days: WorkingDays) -> tuple[str, str]:
    flow = matters.flows.get(example.flow)
    expected = f"{example.drawn} {example.own_word_until}"
    if flow is None or flow.callback.of == "all":
        return expected, "flow_unknown" if flow is None else "all"
    rule = flow.callback
    chosen = drawn(example.seed, example.reply, round(rule.share * 1000))
    until = None if chosen else due(example.answered, rule.own_word, book.county.tz, days).on
    return expected, f"{chosen} {until}"


def _deadline(example: Deadline, book: Rulebook, matters: Matters, days: WorkingDays) -> tuple[str, str]:
    clock = matters.clocks.get(example.clock)
    if clock is None:
        return str(example.due), "clock_unknown"
    known = days.without(example.due.year) if example.provisional else days
    try:
        found = due(example.at, clock.limit, book.county.tz, known)
    except Refused as refusal:
        return str(example.due), refusal.code
    shown = found.at if isinstance(example.due, datetime) else found.on
    wanted = example.due.astimezone(found.at.tzinfo) if isinstance(example.due, datetime) else example.due
    return f"{wanted} {example.provisional}", f"{shown} {found.provisional}"


def _step(example: StepExample, book: Rulebook, matters: Matters) -> tuple[str, str]:
    wanted: list[Any] = [example.target or example.refused]
    if example.kind not in matters.kinds or (example.way and example.way not in matters.ways):
        return str(wanted), "kind_unknown" if example.kind not in matters.kinds else "way_unknown"
    try:
        taken = take(matters, _standing(example), example.step, _taker(example, book), example.given)
    except Refused as refusal:
        return str(wanted), str([refusal.code])
    found: list[Any] = [taken.target]
    for asked, clocks in ((example.starts, taken.starts), (example.meets, taken.meets)):
        if asked is not None:
            wanted.append(sorted(asked))
            found.append(sorted(clocks))
    return str(wanted), str(found)


def _standing(example: StepExample) -> Standing:
    return Standing(
        kind=example.kind,
        state=example.state,
        previous=example.previous or "",
        way=example.way or "",
        handling=example.handling or "",
        level=example.level,
        transfers=example.transfers,
        decided=example.decided,
    )


def _taker(example: StepExample, book: Rulebook) -> Taker:
    parts = frozenset({example.part} if example.part else ())
    if example.role == "resident":
        return Taker(who="resident")
    if example.role == "system":
        return Taker(who="system")
    role = book.county.roles.get(example.role)
    return Taker(frozenset(role.verbs if role else ()), parts)
