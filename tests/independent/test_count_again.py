"""A year is made up by three seeds nobody chose; an independent program comes to the same figures from the entries."""

import json
import random
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from huiyin.casework.actions import tallies
from huiyin.casework.models import CaseTally, Matter, OwnNumber
from huiyin.casework.queries import tallying
from huiyin.config.bench import data
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests.cast import Cast
from tests.conftest import on_postgres
from tests.journeys.test_flows import Walk
from tests.rows import row

SCRIPT = Path(__file__).with_name("count_again.py")
CHANCE = random.Random(SCRIPT.read_bytes())  # the same program is asked the same, and another one something else
SEEDS = [CHANCE.randrange(10**6) for _ in range(1 if on_postgres() else 3)]
MATTERS, STORIES = 260, 26


def again(folder: Path, basis: str) -> "subprocess.CompletedProcess[str]":
    """Export, count again, compare."""
    until = timezone.localdate(now()) + timedelta(days=2)
    span = ((until - timedelta(days=400)).isoformat(), until.isoformat())
    call_command("tally", "entries", str(folder / "entries.jsonl"), stdout=StringIO())
    out = StringIO()
    call_command("tally", "figures", "--from", span[0], "--until", span[1], "--basis", basis, stdout=out)
    (folder / "figures.json").write_text(out.getvalue(), encoding="utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(folder / "entries.jsonl"), str(folder / "figures.json"), *span]
    return subprocess.run([*command, "--basis", basis], capture_output=True, text=True, check=False)


def _found_reasonable(seed: int) -> None:
    """Of some appeals somebody decided whether they are reasonable; the stories leave that out."""
    chance = random.Random(seed)
    for matter in Matter.objects.order_by("pk").values_list("pk", flat=True):
        if chance.random() < 0.6:
            models.QuerySet[Matter](Matter).filter(pk=matter).update(reasonable=chance.random() < 0.8)


def _from_staff(seed: int) -> None:
    """Some came from numbers of people in service, which are in no figure."""
    chance = random.Random(seed)
    some = [one for one in Matter.objects.order_by("pk").values_list("pk", flat=True) if chance.random() < 0.1]
    models.QuerySet[OwnNumber](OwnNumber).bulk_create(OwnNumber(matter_id=one, at=now()) for one in some)


@row("R-229", "AM-22", "AM-23", "AM-24", "AM-25", "SG-33")
@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_every_figure_of_a_generated_year_is_found_again_from_its_entries(number: int, tmp_path: Path) -> None:
    seed = SEEDS[number]
    print(f"seed {seed}")
    county, words = data.settle(30, seed, lambda _: None, towns=2, villages=6)
    tapes = data.record(county, words, STORIES, seed, lambda _: None)
    machine = Viewer.system("tally")
    assert list(tallying.verify(machine)) == []  # counted event by event while the stories were told
    data.multiply(tapes, county, MATTERS - STORIES, seed, lambda _: None)
    _found_reasonable(seed)
    _from_staff(seed)
    tallies.rebuild(by=machine, at=now())
    assert CaseTally.objects.count() > MATTERS * 0.8
    for basis in ("received", "answered", "closed"):
        found = again(tmp_path, basis)
        assert found.returncode == 0, f"seed {seed}\n{found.stdout}{found.stderr}"
        print(found.stdout.strip())
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert CaseTally.objects.filter(staff=True).exists()
    assert sum(line["reasonable_graded"] for line in figures["channel"].values()) > 0
    solved = {line["solved"] for name, line in figures["result"].items() if name != "solved"}
    assert solved <= {0}
    # A planted untruth is found.
    CaseTally.objects.filter(
        pk__in=CaseTally.objects.filter(closed=1, staff=False).order_by("pk").values("pk")[:1]
    ).update(solved=7)
    assert again(tmp_path, "closed").returncode == 1


@row("R-228", "SG-33")
@pytest.mark.django_db
def test_a_class_that_nothing_can_solve_is_found_again_too(cast: Cast, tmp_path: Path) -> None:
    walk = Walk(cast, "yongxing-2014", now())
    said = {"channel": "session", "nature": "need", "topic": "welfare", "heading": "outstanding", "handling": "barred"}
    walk.open(cast.luo, "儿子在县里上班，能不能也给我办低保？", way="", **said)
    walk.step(cast.luo, "classify", **{name: said[name] for name in ("nature", "topic", "heading", "handling")})
    explained = {"basis": "办法第九条", "explained_by": "县残联刘某", "view": "听明白了"}
    walk.step(cast.luo, "answer", way="direct_answer", reply="按规定不能办，可申请临时救助。", **explained)
    walk.heard(cast.luo)
    tallies.rebuild(by=Viewer.system("tally"), at=now())
    assert CaseTally.objects.get().result == "kept"
    found = again(tmp_path, "received")
    assert found.returncode == 0, f"{found.stdout}{found.stderr}"
