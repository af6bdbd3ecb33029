"""`huiyin bench spine`: messages from intake to the wall, every step through the door its person would use.

Import brings them in; clerk, dispatcher and handler work through the interface for machines with their tokens; held
matters, delivery, call-backs and publication go through the pages of the desk with the sessions of those whose work it
is. Nothing is written but by a request; staff and places are set up by the register's own actions and import.
"""

import argparse
import csv
import html
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from huiyin.config.bench import columns, common, table
from huiyin.core import tokens
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.schema.matters import Matters
from huiyin.programme.words import phrase
from huiyin.register.actions import staff

Say = Callable[[str], None]
MACHINE = Viewer.system("import")
AGAIN = 0.08
"""The share of residents who say at the call-back that it is not solved."""
NAMED = 5
"""Every fifth held matter that points at somebody is taken to be about them."""
HEAD = ("step", "requests", "p50 ms", "p95 ms")


@dataclass
class Person:
    """Somebody in service with their two ways in: a token and a session."""

    person_id: UUID
    body_id: UUID
    token: str
    client: Client


@dataclass
class Figures:
    """What happened, and how long each kind of request took (milliseconds)."""

    counts: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass
class House:
    """The county's people by part, departments by name."""

    clerk: Person
    dispatcher: Person
    second: Person
    supervisor: Person
    caller: Person
    departments: dict[str, Person]


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Run messages of the data folder through; True when every one came to an end that can be named."""
    data: Path = options.data or settings.HUIYIN_DATA
    places, messages = data / "divisions" / "ziyang.csv", data / "messages" / "classified_train.csv"
    begun = time.monotonic()
    figures = whole_way(places, messages, take=options.messages, seed=options.seed, say=say)
    took = time.monotonic() - begun
    show(table.settings() + f"; seed {options.seed}\n")
    rows = [
        [name, len(times), table.quantile(times, 0.5), table.quantile(times, 0.95)]
        for name, times in figures.times.items()
    ]
    show(table.markdown(HEAD, rows))
    show("")
    show(table.markdown(("what", "how many"), sorted(figures.counts.items())))
    for reason, count in sorted(figures.refused.items()):
        show(f"refused: {reason}: {count}")
    show(f"\n{took:.0f} s in all")
    return not figures.refused


def whole_way(places: Path, messages: Path, *, take: int, seed: int, say: Say) -> Figures:
    """Import both files, set the staff up, and see every message through. Works in this process's database."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        drawn = columns.draw(messages, take, seed)
        listed = Path(folder) / "matters.csv"
        columns.write(drawn, places, listed, seed)
        say(_command("import", "places", str(places)))
        house = appoint(_county(places))
        say(_command("import", "matters", str(listed)))
    labels = {row["key"]: row["label"] for row in drawn}
    way = _Way(house, figures, random.Random(seed), labels)  # noqa: S311 - the same residents' words for the same seed
    way.figures.counts["imported"] = common.table("casework.Matter")._base_manager.count()
    way.through_the_held()
    for number, code in enumerate(list(way.open_codes()), start=1):
        way.one(code)
        if number % 250 == 0:
            say(f"spine: {number} answered and called back")
    drain(now())
    way.to_the_wall()
    seal_now(now())
    return figures


def _command(*words: str) -> str:
    out = StringIO()
    call_command(words[0], *words[1:], stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def _county(places: Path) -> str:
    with places.open(encoding="utf-8", newline="") as file:
        return next(row["code"] for row in csv.DictReader(file) if row["level"] == "county")


def appoint(county: str) -> House:
    """Bodies, posts and accounts of the county, by the register's actions; each with a token and a session."""
    said, at = common.words()["spine"], now()
    bodies: dict[str, UUID] = {}

    def person(body: str, role: str) -> Person:
        if body not in bodies:
            bodies[body] = staff.add_body(by=MACHINE, at=at, name=body, kind="department", place_code=county)
        number = f"S{len(house):03d}"
        name = said["surnames"][len(house) % 16] + said["given"][len(house) // 16]
        made = staff.appoint(
            by=MACHINE,
            at=at,
            body_id=bodies[body],
            role=role,
            title=role,
            name=name,
            number=number,
            username=number.lower(),
        )
        account = Account.objects.get(person_id=made.person_id)
        house.append(name)
        return Person(made.person_id, bodies[body], _token(account), _session(account))

    house: list[str] = []
    centre, office, inspection, survey = said["offices"]
    page = _page()
    return House(
        clerk=person(centre, "clerk"),
        dispatcher=person(centre, "dispatcher"),
        second=person(office, "dispatcher"),
        supervisor=person(inspection, "supervisor"),
        caller=person(survey, "caller"),
        departments={
            name: person(name, "handler")
            for name in sorted({topic.body or said["spare"] for topic in page.topics.values()})
        },
    )


def _page() -> Matters:
    active = current(now()).rulebook
    return active.matters(active.county.intake.programme)


def _token(account: Account) -> str:
    return tokens.issue(by=MACHINE, account=account, label="spine", at=now(), life=timedelta(days=1))


def _session(account: Account) -> Client:
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    client.force_login(account, backend="huiyin.core.account_of.Accounts")
    session = client.session
    session["huiyin_second_factor"] = "enrolled"
    session.save()
    return client


class _Way:
    """The steps, each by whose step it is."""

    def __init__(self, house: House, figures: Figures, chance: random.Random, labels: dict[str, str]) -> None:
        self.house, self.figures, self.chance, self.labels = house, figures, chance, labels
        self.said, self.page = common.words()["spine"], _page()
        self.topics = {topic.title: name for name, topic in self.page.topics.items()}
        self.day = (now() + timedelta(days=5)).astimezone(current(now()).rulebook.county.tz)
        self.asked = dict(common.table("casework.Matter")._base_manager.values_list("code", "external_id"))

    # --- requests

    def _timed(self, name: str, ask: Callable[[], Any], *, good: tuple[int, ...]) -> Any:
        begun = time.monotonic()
        answer = ask()
        self.figures.times.setdefault(name, []).append((time.monotonic() - begun) * 1000)
        if answer.status_code not in good:
            self.figures.refused[f"{name} {answer.status_code} {_why(answer)}"] += 1
        return answer

    def _step(self, who: Person, code: str, name: str, **given: Any) -> bool:
        def ask() -> Any:
            return who.client.post(
                f"/api/staff/matters/{code}/steps/{name}",
                given,
                content_type="application/json",
                headers={"Authorization": f"Bearer {who.token}"},
            )

        return self._timed(name, ask, good=(200,)).status_code == 200  # type: ignore[no-any-return]  # an answer of Django's

    def _form(
        self, who: Person, name: str, address: str, given: dict[str, Any], *, good: tuple[int, ...] = (302,)
    ) -> Any:
        return self._timed(name, lambda: who.client.post(address, given), good=good)

    def _see(self, who: Person, name: str, address: str, **query: str) -> Any:
        head = {"Authorization": f"Bearer {who.token}"} if address.startswith("/api/") else {}
        return self._timed(name, lambda: who.client.get(address, query, headers=head), good=(200,))

    # --- held matters

    def through_the_held(self) -> None:
        """Two dispatchers read what may be about somebody: most are cleared, some are named, sealed and handed up."""
        who, number = self.house.dispatcher, 0
        for code in self.held_codes():
            self.figures.counts["held"] += 1
            address = f"/desk/held/{code}/"
            shown = self._see(who, "held page", address).content.decode()
            suspects = re.findall(r'name="persons" value="([0-9a-f-]{36})"', shown)
            number += bool(suspects)
            if suspects and number % NAMED == 1:
                self._form(who, "name", address, {"do": "name", "persons": suspects[:1]})
                self._form(self.house.second, "raise", address, {"do": "raise", "note": self.said["raised"]})
                self.figures.counts["named and sealed"] += 1
            else:
                self._form(who, "clear", address, {"do": "clear", "note": self.said["cleared"]})
                self.figures.counts["cleared"] += 1

    def held_codes(self) -> list[str]:
        """Codes of all held matters, page by page, as the register of its own gives them."""
        codes: dict[str, None] = {}
        address = "/desk/held/"
        while address:
            listed = self._see(self.house.dispatcher, "held list", address).content.decode()
            codes |= dict.fromkeys(re.findall(r"/desk/held/(\d{9})/", listed))
            more = re.search(r'href="\?(after=[^"]+)"', listed)
            address = f"/desk/held/?{more[1]}" if more else ""
        return list(codes)

    # --- the ordinary way

    def open_codes(self) -> Iterator[str]:
        """Codes of all ordinary open matters, page by page, as the dispatcher's list gives them."""
        after, who = "", self.house.dispatcher
        codes: list[str] = []
        while True:
            answer = self._see(who, "list", "/api/staff/matters", after=after).json()
            codes += [row["code"] for row in answer["items"]]
            after = answer["after"]
            if not after:
                return iter(codes)

    def one(self, code: str) -> None:
        """From received to closed; some come back once because it was not solved."""
        topic = self.topics.get(self.labels.get(self.asked.get(code) or "", ""), "other")
        handler = self.house.departments[self.page.topics[topic].body or self.said["spare"]]
        if not self._step(self.house.clerk, code, "accept"):
            return
        given = {"topic": topic, "nature": "problem", "way": "pass_for_handling"}
        self._step(self.house.clerk, code, "classify", **given)
        self._handled(code, handler)
        if self.chance.random() < AGAIN:
            self._called(code, solved="no", said=self.said["again"])
            self.figures.counts["came back"] += 1
            self._handled(code, handler)
        self._called(code, solved="yes", said="")
        self.figures.counts["seen through"] += 1

    def _handled(self, code: str, handler: Person) -> None:
        parts = {
            "owner": str(handler.body_id),
            "handler": str(handler.person_id),
            "supervisor": str(self.house.supervisor.person_id),
        }
        day = self.said["day"].format(month=self.day.month, day=self.day.day)
        self._step(self.house.dispatcher, code, "assign", **parts)
        self._step(handler, code, "take")
        self._step(
            handler,
            code,
            "answer",
            reply=self.said["reply"].format(day=day),
            public_text=self.said["public"].format(day=day),
        )
        letter = {"meaning": "letter", "note": phrase("template", "signed_for")}
        self._form(handler, "deliver", f"/desk/matters/{code}/step/deliver/", letter)

    def _called(self, code: str, *, solved: str, said: str) -> None:
        grade = "5" if solved == "yes" else "1"
        true = "yes" if solved == "yes" else "no"
        answers = {
            "outcome": "reached",
            "contacted": "yes",
            "true": true,
            "solved": solved,
            "grade": grade,
            "said": said,
        }
        self._form(self.house.caller, "call back", f"/desk/calls/{code}/", answers)

    # --- the wall

    def to_the_wall(self) -> None:
        """A dispatcher reads every draft and publishes it; where a name is left in it, in other words."""
        who = self.house.dispatcher
        while True:
            listed = self._see(who, "notices", "/desk/notices/").content.decode()
            found = list(dict.fromkeys(re.findall(r"/desk/notices/([0-9a-f-]{36})/", listed)))
            if not found:
                return
            if sum(self._published(who, f"/desk/notices/{one}/") for one in found) == 0:
                return

    def _published(self, who: Person, address: str) -> bool:
        given = _filled(self._see(who, "notice", address).content.decode()) | {"do": "publish"}
        answer = self._form(who, "publish", address, given, good=(302, 422))
        if answer.status_code == 422:
            again = _filled(answer.content.decode()) | {"do": "publish"}
            again |= {"asked": self.said["asked"], "done": self.said["done"]}
            answer = self._form(who, "publish", address, again)
            self.figures.counts["published in other words"] += answer.status_code == 302
        self.figures.counts["published"] += answer.status_code == 302
        return bool(answer.status_code == 302)


BOX = re.compile(r'<textarea[^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', re.DOTALL)


def _filled(page: str) -> dict[str, str]:
    """What the form of a notice holds as it is shown."""
    found = dict(BOX.findall(page))
    for box in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="(\w+)"', box), re.search(r'value="([^"]*)"', box)
        if name and value:
            found[name[1]] = value[1]
    return {name: html.unescape(found[name]) for name in ("asked", "done", "owed", "owed_on", "seen") if name in found}


def _why(answer: Any) -> str:
    """The refusal in a word: its code where the interface says it, else the first sentence the page shows."""
    if "json" in answer.headers.get("Content-Type", ""):
        return str(answer.json().get("error", ""))
    found = re.search(r'class="[^"]*(?:error|refus)[^"]*"[^>]*>\s*([^<]{3,80})', answer.content.decode())
    return found[1].strip() if found else ""
