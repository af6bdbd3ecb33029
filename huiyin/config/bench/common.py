"""What every measurement needs: the clients' process, the invented words, tables by name."""

import json
import subprocess
import sys
import tomllib
from datetime import timedelta
from importlib import resources
from typing import Any

from django.apps import apps
from django.db import models

from huiyin.config.bench.load import Found
from huiyin.core.models import Delivery, Event
from huiyin.core.now import now


def words() -> dict[str, Any]:
    """The invented words of the measurements."""
    return tomllib.loads((resources.files(__package__) / "words.toml").read_text(encoding="utf-8"))


def table(label: str) -> type[models.Model]:
    """A table by `app.Model`: measurements read what rooms keep to themselves, and change nothing but by doors."""
    return apps.get_model(label)


def villages() -> list[str]:
    """The codes of villages that stand today."""
    rows = table("register.Place")._base_manager.filter(until__isnull=True, level="village")
    return list(rows.order_by("code").values_list("code", flat=True))


def press(plan: dict[str, Any]) -> Found:
    """Run a plan in a process of its own; waits for its end."""
    return reap(start(plan))


def start(plan: dict[str, Any]) -> "subprocess.Popen[str]":
    """Begin a plan beside something else."""
    command = [sys.executable, "-m", "huiyin.config.bench.load"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    if process.stdin is None:
        raise RuntimeError("the clients cannot be told their plan")
    process.stdin.write(json.dumps(plan))
    process.stdin.close()
    process.stdin = None
    return process


def reap(process: "subprocess.Popen[str]") -> Found:
    """What a plan found, at its end."""
    out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the clients ended with {process.returncode}")
    found = json.loads(out)
    answers = {name: [(took, status) for took, status in rows] for name, rows in found["answers"].items()}
    return Found(answers, found["kept"], found["lasted"])


def intake_shot(places: list[str], *, channel: str = "web", weight: float = 1) -> list[dict[str, Any]]:
    """Requests that open matters in places drawn at random, each from another address under a fresh key."""
    said = words()
    shots = []
    for index, place in enumerate(places or [""]):
        text = said["texts"][index % len(said["texts"])] + said["details"][index % len(said["details"])] + "{number}"
        body = {"text": text, "channel": channel, "reporter_name": said["reporter"], "reporter_phone": "{phone}"}
        if place:
            body["place_code"] = place
        head = (
            "POST /api/matters HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            "Idempotency-Key: {key}\r\nX-Forwarded-For: {address}\r\n"
        )
        shots.append(
            {"name": "POST /api/matters", "head": head, "body": json.dumps(body, ensure_ascii=False), "weight": weight}
        )
    return shots


def owed() -> int:
    """Deliveries not done and not given up."""
    return Delivery.objects.filter(done_at__isnull=True, parked_at__isnull=True).count()


def parked() -> int:
    """Deliveries given up."""
    return Delivery.objects.filter(parked_at__isnull=False).count()


def oldest_owed() -> timedelta:
    """The age of the oldest delivery that is owed."""
    rows = Delivery.objects.filter(done_at__isnull=True, parked_at__isnull=True).order_by("due_at", "id")
    oldest = rows.values_list("due_at", flat=True).first()
    return max(now() - oldest, timedelta()) if oldest else timedelta()


def unsealed() -> int:
    """Events of the last quarter of an hour without their leaf."""
    return Event.objects.filter(leaf__isnull=True, recorded_at__gte=now() - timedelta(minutes=15)).count()
