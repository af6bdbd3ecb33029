"""`huiyin bench duplicates`: are near-copies found among a county's matters, and how fast (R-236).

Messages are laid in bulk into an empty database, past the log: the real ones of HUIYIN_DATA where there are any, and
new ones put together of their sentences. Copies of some are planted: a fifth of the characters changed, the sentences
in another order. To hold: 90 of 100 among the first ten, 150 ms each.
"""

import argparse
import csv
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import connection, models

from huiyin.casework.queries import near
from huiyin.config.bench import common
from huiyin.config.bench.data import settle
from huiyin.config.bench.table import markdown, quantile, settings
from huiyin.core import caches, marks, rulebook, search
from huiyin.core.ids import uuid7
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

Say = Callable[[str], None]
FILES = ("hot_train.csv", "classified_train.csv", "replies_train.csv", "unlabelled_train.csv")
CHANGED = 0.2
RECALL, HELD_MS = 0.90, 150.0
SENTENCES = re.compile(r"[^。！？；!?;\n]+[。！？；!?;\n]?")
LEAST, LONGEST = 40, 1_500
PART = 1_000


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Lay the matters, plant the copies, look for each; True if both numbers hold."""
    try:
        marks.mark_demo(now(), options.seed)
    except Refused as refused:
        say(refused.sentence("en"))
        return False
    chance = random.Random(options.seed)  # noqa: S311 - the same copies for the same seed
    settle(10, options.seed, say)
    real = _messages(options.data)
    texts = _enough(real, options.matters, chance)
    villages = common.villages()
    ids = lay(texts, villages, chance, say)
    clerk = Viewer(verbs=frozenset({"matter.see", "matter.open"}), scopes=(("990101", "990101~"),), day=now().date())
    caches.forget_all()
    found, took, first = 0, list[float](), 0.0
    for number, place in enumerate(chance.sample(range(len(texts)), options.copies)):
        copy = near_copy(texts[place], "".join(texts[:50]), chance)
        begun = time.perf_counter()
        rows = near.twins(clerk, copy)
        took.append((time.perf_counter() - begun) * 1000)
        first = first or took[0]
        found += any(row.row.id == ids[place] for row in rows)
        if (number + 1) % 100 == 0:
            say(f"duplicates: {number + 1} looked for")
    recall = found / options.copies
    row = [connection.vendor, len(texts), options.copies, f"{recall:.3f}", quantile(took, 0.5), quantile(took, 0.95)]
    head = ["Database", "matters", "copies", "found in 10", "p50 ms", "p95 ms", "slowest ms", "first ms"]
    show(markdown(head, [[*row, max(took), first]]))
    kinds = f"{len(real):,} real messages, the others of their sentences" if real else "invented messages"
    show(f"{settings()}; {kinds}; load {os.getloadavg()[0]:.1f}")
    return recall >= RECALL and quantile(took, 0.95) <= HELD_MS


def near_copy(text: str, alphabet: str, chance: random.Random) -> str:
    """The text with a fifth of its characters changed for others that occur, and its sentences in another order."""
    sentences = SENTENCES.findall(text)
    chance.shuffle(sentences)
    signs = list("".join(sentences))
    for place in chance.sample(range(len(signs)), round(len(signs) * CHANGED)):
        signs[place] = chance.choice(alphabet)
    return "".join(signs)


def lay(texts: Sequence[str], villages: Sequence[str], chance: random.Random, say: Say) -> list[Any]:
    """Matters with these texts, found by their words; their ids, in order."""
    matter = common.table("casework.Matter")
    version, at = rulebook.current(now()).version_id, now()
    programme = rulebook.current(at).rulebook.county.intake
    ids = []
    for start in range(0, len(texts), PART):
        rows: list[Any] = []
        for number, text in enumerate(texts[start : start + PART], start=start):
            rows.append(
                matter(
                    id=uuid7(),
                    code=f"{number:09d}",
                    rulebook_id=version,
                    programme=programme.programme,
                    kind=programme.kind,
                    channel="web",
                    place_code=f"{chance.choice(villages):0<12}",
                    title=text[:30],
                    text=text,
                    state="received",
                    opened_at=at,
                    local_day=at.date(),
                    order_at=at,
                )
            )
        models.QuerySet[Any](matter).bulk_create(rows)
        search.bulk_index("matter", [(row.id, (row.title, row.text)) for row in rows], fresh=True)
        ids += [row.id for row in rows]
        if (start // PART) % 15 == 14:
            say(f"duplicates: {len(ids):,} matters laid")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()  # what was laid goes from SQLite's log into its file, as on a machine that had a night
    return ids


def _messages(folder: Path | None) -> list[str]:
    """Different real messages; none without a folder."""
    home = folder or (Path(os.environ["HUIYIN_DATA"]) if os.environ.get("HUIYIN_DATA") else None)
    found: dict[str, None] = {}
    for name in FILES if home else ():
        with (Path(home or "") / "messages" / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                text = " ".join(f"{row['title']} {row['detail']}".split())[:LONGEST]
                if len(text) >= LEAST:
                    found[text] = None
    return list(found)


def _enough(real: Sequence[str], count: int, chance: random.Random) -> list[str]:
    """So many texts: the real ones, then ones put together of three to six of their sentences; or invented ones."""
    texts = list(real[:count])
    sentences = [one for text in real for one in SENTENCES.findall(text)] or _invented(chance)
    known = set(texts)
    while len(texts) < count:
        text = "".join(chance.sample(sentences, chance.randint(3, 6)))[:LONGEST]
        if len(text) >= LEAST and text not in known:
            known.add(text)
            texts.append(text)
    return texts


def _invented(chance: random.Random) -> list[str]:
    """Sentences of drawn characters, for want of real ones: some characters are far commoner than others."""
    alphabet = "".join(common.words()["texts"] + common.words()["details"])
    more = [chr(0x4E00 + number * 7) for number in range(1_500)]
    weights = [4.0] * len(alphabet) + [1 / (rank / 50 + 1) for rank in range(len(more))]
    signs = [*alphabet, *more]
    return ["".join(chance.choices(signs, weights, k=chance.randint(10, 40))) + "。" for _ in range(20_000)]
