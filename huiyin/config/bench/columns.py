"""Classified messages as the columns of `huiyin import matters`.

    huiyin bench columns classified_train.csv ziyang.csv matters.csv --seed 1

What the messages do not say is drawn by the seed: the village, the channel, and a telephone number of a range that no
operator has. `key` becomes `external_id`; a message whose title stands in its text keeps it there.
"""

import argparse
import csv
import random
from collections.abc import Callable, Iterable
from pathlib import Path

from huiyin.casework.rules.sheet import COLUMNS

Say = Callable[[str], None]
CHANNELS = ("web", "web", "web", "phone", "phone", "wechat", "letter", "counter")


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Write the file."""
    rows = draw(options.messages, options.take, options.seed)
    write(rows, options.places, options.out, options.seed)
    show(f"{len(rows)} messages in {options.out}, seed {options.seed}")
    return True


def draw(messages: Path, take: int, seed: int) -> list[dict[str, str]]:
    """All messages, or so many drawn by the seed, in the file's order."""
    with messages.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not take or take >= len(rows):
        return rows
    chance = random.Random(seed)  # noqa: S311 - the same draw for the same seed
    return [rows[index] for index in sorted(chance.sample(range(len(rows)), take))]


def write(rows: Iterable[dict[str, str]], places: Path, out: Path, seed: int) -> None:
    """The list that `import matters` takes."""
    with places.open(encoding="utf-8", newline="") as file:
        villages = [row["code"] for row in csv.DictReader(file) if row["level"] == "village"]
    chance = random.Random(seed)  # noqa: S311 - the same villages for the same seed
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            place, channel = chance.choice(villages), chance.choice(CHANNELS)
            phone = f"160{chance.randrange(10**8):08d}"
            writer.writerow([row["key"], row["time"], channel, place, row["title"], row["detail"], "", phone])
