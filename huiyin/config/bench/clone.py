"""Tell a recorded story again in another village, another week, by other people, and lay many of them at once.

Everything a tape knows by a name gets another one: row ids, the matter's code, places, bodies and people; moments move
by whole weeks, so that weekdays and hours stay; words vary; name and phone are sealed anew under the new ids, because
a ciphertext is bound to its row; and the commitment of every state is reckoned again with a fresh salt.
"""

import random
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.apps import apps

from huiyin.casework.rules import codes
from huiyin.config.bench.tape import DAY, MOMENT, PROSE, Cell, State, Tape, label
from huiyin.core.canonical import state_digest
from huiyin.core.ids import uuid7
from huiyin.core.text import tokens
from huiyin.core.vault import vault

MATTER, PARTY = "casework.matter", "casework.party"
SENTENCE = re.compile(r"[^\u3002]+\u3002?")
"""Tokens never cross a full stop, so a text's are those of its sentences, each cut once."""


@dataclass(frozen=True)
class Somebody:
    """A worker as cloning needs them."""

    person: str
    role: str
    body: str


@dataclass
class Map:
    """Who and what stands where in the invented county, by ids and codes as plain strings."""

    villages: list[str]
    town_body: dict[str, str]
    village_body: dict[str, str]
    workers: dict[str, Somebody]
    by_part: dict[tuple[str, str], list[str]]


@dataclass
class Laid:
    """Rows ready for the database: plain values by table, events, texts to be found by, counts."""

    rows: dict[str, list[State]] = field(default_factory=dict)
    events: list[State] = field(default_factory=list)
    texts: list[tuple[str, str, bool]] = field(default_factory=list)
    counts: Counter[Cell] = field(default_factory=Counter)
    matters: int = 0


@dataclass
class Cloner:
    """Makes clones; `used` are codes that are taken."""

    where: Map
    said: dict[str, Any]
    chance: random.Random
    used: set[str]
    _slots: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def lay(self, batch: Sequence[tuple[Tape, int]]) -> Laid:
        """Clones of tapes, each some weeks earlier; keys are durable before anything is sealed with them."""
        laid, work = Laid(), []
        for tape, weeks in batch:
            work.append((tape, weeks, self._names(tape)))
        new = [names[key] for tape, _, names in work for key in _ids(tape, MATTER)]
        vault().prepare(f"matter:{one}" for one in new)
        for tape, weeks, names in work:
            self._one(laid, tape, weeks, names)
        return laid

    def _one(self, laid: Laid, tape: Tape, weeks: int, names: dict[str, str]) -> None:
        fresh = _Fresh(self, tape, names, timedelta(weeks=weeks))
        for told in tape.events:
            columns = fresh.state("core.event", "", told.columns)
            columns["recorded_at"] = columns["at"]
            columns["rows"] = {fresh.key(key): fresh.digest(key, state) for key, state in told.rows.items()}
            laid.events.append(columns)
        for key, state in tape.final.items():
            row = fresh.state(label(key), key, state)
            row["salt"] = fresh.salt(key).hex()
            laid.rows.setdefault(label(key), []).append(row)
            if label(key) == MATTER and tape.searched:
                found = _tokens(row["title"], *SENTENCE.findall(row["text"]))
                laid.texts.append((row["id"], found, row["closed_at"] is None))
        for (day, place, key), count in tape.counted.items():
            laid.counts[day - timedelta(weeks=weeks), names.get(place, place), key] += count
        laid.matters += 1

    def _names(self, tape: Tape) -> dict[str, str]:
        """Old names to new ones: rows, code, places, bodies, people."""
        names = {key.split(":")[1]: str(uuid7()) for told in tape.events for key in told.rows}
        for state in tape.final.values():
            if "proof_key" in state:
                names[state["code"]] = self._code()
        village = self.chance.choice(self.where.villages)
        group = f"{village}{self.chance.randint(1, 3):03d}"
        old = tape.place
        names |= {old: group, old[:12]: village, f"{old[:9]}000": f"{village[:9]}000"}
        old_bodies = (self.where.town_body[f"{old[:9]}000"], self.where.village_body[old[:12]])
        new_bodies = (self.where.town_body[f"{village[:9]}000"], self.where.village_body[village])
        names |= dict(zip(old_bodies, new_bodies, strict=True))
        return names | self._people(tape, names)

    def _people(self, tape: Tape, names: dict[str, str]) -> dict[str, str]:
        """Somebody of the same role in the body that took the old one's place, never two old ones to one."""
        found: dict[str, str] = {}
        for person in _named(tape, self.where.workers):
            old = self.where.workers[person]
            pool = self.where.by_part[old.role, names.get(old.body, old.body)]
            free = [one for one in pool if one not in found.values()]
            found[person] = self.chance.choice(free) if free else person
        return found

    def _code(self) -> str:
        while (code := codes.new_code()) in self.used:
            continue
        self.used.add(code)
        return code

    def slots(self, state: State, names: Iterable[str]) -> list[tuple[str, str]]:
        """Which columns of a recorded state change, and how; found out once per state."""
        known = self._slots.get(id(state))
        if known is None:
            kinds = ((column, _kind(column, value, names)) for column, value in state.items())
            known = self._slots[id(state)] = [(column, kind) for column, kind in kinds if kind]
        return known

    def words(self, text: str) -> str:
        """The text with something of its own behind it."""
        first, second = self.chance.sample(self.said["details"], 2)
        return f"{text}{first}{second}"


class _Fresh:
    """One clone under way."""

    def __init__(self, cloner: Cloner, tape: Tape, names: dict[str, str], back: timedelta) -> None:
        self.cloner, self.tape, self.names, self.back = cloner, tape, names, back
        self._salts: dict[str, bytes] = {}
        self._moved: dict[str, str] = {}
        self._own: dict[str, State] = {}
        for key, state in tape.final.items():
            if label(key) == MATTER:
                self._own[key] = {"text": cloner.words(state["text"]), "proof_key": secrets.token_hex(16)}
        for key, state in tape.final.items():
            if label(key) == PARTY:
                self._own[key] = self._party(key, state)

    def key(self, key: str) -> str:
        """A row's key under its new id."""
        table, _, old = key.partition(":")
        return f"{table}:{self.names[old]}"

    def salt(self, key: str) -> bytes:
        """The row's salt: one for all its states."""
        return self._salts.setdefault(key, secrets.token_bytes(16))

    def digest(self, key: str, state: State | None) -> str:
        """The commitment to a state of the clone."""
        if state is None:
            return ""
        return state_digest(apps.get_model(label(key)), self.salt(key), self.state(label(key), key, state))

    def state(self, _table: str, key: str, state: State) -> State:
        """A recorded state under new names."""
        new = dict(state)
        for column, kind in self.cloner.slots(state, self.names):
            new[column] = self._renewed(kind, new[column])
        for column, value in self._own.get(key, {}).items():
            if new[column] is not None:
                new[column] = value
        return new

    def _renewed(self, kind: str, value: Any) -> Any:
        if kind == "name":
            return self.names[value]
        if kind == "moment":
            return self._moved.get(value) or self._moved.setdefault(value, _moment(value, self.back))
        if kind == "day":
            return self._moved.get(value) or self._moved.setdefault(value, _day(value, self.back))
        return {key: self._inner(inner) for key, inner in value.items()}

    def _inner(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value in self.names:
            return self.names[value]
        return _moment(value, self.back) if MOMENT.match(value) else value

    def _party(self, key: str, state: State) -> State:
        """Name and phone, sealed under the new ids."""
        matter, row, keys = self.names[state["matter_id"]], self.names[key.split(":")[1]], vault()
        code = self.names[self.tape.final[f"{MATTER}:{state['matter_id']}"]["code"]]
        phone = f"160{self.cloner.chance.randrange(10**8):08d}"
        about = {"subject": f"matter:{matter}", "table": PARTY, "row": row}
        return {
            "name": keys.seal(**about, column="name", text=self.cloner.said["reporter"]).hex(),
            "phone": keys.seal(**about, column="phone", text=phone).hex(),
            "phone_blind": keys.blind("phone", phone).hex(),
            "last_four": keys.blind(f"last_four:{code}", phone[-4:]).hex(),
        }


def _kind(column: str, value: Any, names: Iterable[str]) -> str:
    if isinstance(value, dict):
        return "data" if value else ""
    if not isinstance(value, str) or column in PROSE:
        return ""
    if value in names:
        return "name"
    if MOMENT.match(value):
        return "moment"
    return "day" if DAY.match(value) else ""


def _named(tape: Tape, people: dict[str, Somebody]) -> list[str]:
    """The workers a tape names, in one order."""
    found: dict[str, None] = {}
    for told in tape.events:
        for state in (told.columns, *told.rows.values()):
            for value in (state or {}).values():
                inner = value.values() if isinstance(value, dict) else (value,)
                found |= {one: None for one in inner if isinstance(one, str) and one in people}
    return list(found)


def _ids(tape: Tape, table: str) -> list[str]:
    return [key.split(":")[1] for key in tape.final if label(key) == table]


def _moment(value: str, back: timedelta) -> str:
    end = "Z" if value.endswith("Z") else "+00:00"
    moved = datetime.fromisoformat(value.removesuffix("Z") + ("+00:00" if end == "Z" else "")) - back
    text = moved.isoformat(timespec="microseconds" if "." in value else "seconds")
    return text.removesuffix("+00:00") + end


def _day(value: str, back: timedelta) -> str:
    return (date.fromisoformat(value) - back).isoformat()


def _tokens(*texts: str) -> str:
    return " ".join(dict.fromkeys(token for text in texts for token in _of(text)))


@lru_cache(maxsize=10_000)
def _of(sentence: str) -> tuple[str, ...]:
    return tuple(tokens(sentence))
