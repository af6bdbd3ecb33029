"""A kind of page under measurement, and the pages of a county's register."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from huiyin.config.bench import common

SAMPLE = 300


@dataclass(frozen=True)
class Page:
    """A kind of page: its route, the share of the day it has, whose it is, and real addresses of it."""

    name: str
    weight: float
    role: str
    addresses: tuple[str, ...]
    body: str = ""
    good: int = 200


def register() -> Iterator[Page]:
    """A day with the register of a county that `huiyin demo --county … --full` made. Weights are shares."""
    villages = common.villages()
    towns = sorted({f"{code[:9]}000" for code in villages})
    homes = _some("register.Household", until__isnull=True)
    people = _some("core.Official")
    said = common.words()["people"]
    names = [f"{surname}{given}" for surname in said["surnames"][:8] for given in said["given"][:2]]
    desk = "/desk/links"
    yield Page("/desk/households/", 8, "clerk", ("/desk/households/",))
    yield Page("/desk/households/?place", 8, "clerk", _asked("/desk/households/", "place", towns))
    yield Page("/desk/households/{household}/", 24, "clerk", tuple(f"/desk/households/{one}/" for one in homes))
    yield Page(
        "/desk/households/{household}/history/", 2, "clerk", tuple(f"/desk/households/{h}/history/" for h in homes)
    )
    yield Page(
        "/desk/households/{household}/print/", 2, "clerk", tuple(f"/desk/households/{one}/print/" for one in homes)
    )
    yield Page("/desk/people/?q", 2, "clerk", _asked("/desk/people/", "q", names))
    yield Page(f"{desk}/", 4, "dispatcher", (f"{desk}/",))
    yield Page(f"{desk}/coverage/", 4, "dispatcher", (f"{desk}/coverage/",))
    yield Page(
        f"{desk}/coverage/?under", 6, "dispatcher", _asked(f"{desk}/coverage/", "under", [*towns, *villages[:80]])
    )
    yield Page(f"{desk}/coverage/households/", 3, "dispatcher", (f"{desk}/coverage/households/?show=all",))
    yield Page(f"{desk}/coverage/officials/", 3, "dispatcher", (f"{desk}/coverage/officials/?show=all",))
    gap = _asked(f"{desk}/coverage/households/", "show", ["gap", "gone", "double"])
    yield Page(f"{desk}/coverage/households/?show=gap", 2, "dispatcher", gap)
    yield Page(f"{desk}/grid/", 1, "dispatcher", (f"{desk}/grid/",))
    yield Page(f"{desk}/grid/?under", 3, "dispatcher", _asked(f"{desk}/grid/", "under", [*towns, *villages[:80]]))
    yield Page(f"{desk}/kinds/", 1, "dispatcher", (f"{desk}/kinds/",))
    yield Page(f"{desk}/handovers/", 1, "dispatcher", (f"{desk}/handovers/",))
    yield Page(f"{desk}/handovers/{{official}}/", 2, "admin", tuple(f"{desk}/handovers/{one}/" for one in people))
    yield Page("/desk/cards/", 2, "dispatcher", ("/desk/cards/",))
    yield Page("/officials/", 4, "", ("/officials/",))
    yield Page("/officials/{place}/", 6, "", tuple(f"/officials/{code}/" for code in [*towns, *villages[:80]]))
    yield Page("/my-official/", 4, "", ("/my-official/",))
    yield Page("/api/officials", 2, "", _asked("/api/officials", "place", villages[:80]))


def _asked(address: str, name: str, values: list[str]) -> tuple[str, ...]:
    return tuple(f"{address}?{urlencode({name: value})}" for value in values)


def _some(label: str, **conditions: bool) -> list[str]:
    """Keys of some rows, drawn at random but the same each time."""
    keys = common.table(label)._base_manager.filter(**conditions).order_by("pk").values_list("pk", flat=True)
    chance = random.Random(1)  # noqa: S311 - the same pages each time
    count = keys.count()
    wanted = set(chance.sample(range(count), min(SAMPLE, count)))
    # In one reading: an offset for each would read half the register three hundred times.
    found = [str(key) for place, key in enumerate(keys.iterator(chunk_size=20_000)) if place in wanted]
    chance.shuffle(found)
    return found
