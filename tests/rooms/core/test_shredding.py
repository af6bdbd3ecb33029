"""A key that is to go goes, also where the process ends between the change and the key store (SG-17)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import TestCase

from huiyin.core import shredding
from huiyin.core.models import DoomedKey
from huiyin.core.now import now
from huiyin.core.vault import vault
from huiyin.core.worker import run_once
from tests import factories as make
from tests.rows import row

pytestmark = pytest.mark.django_db


def kept(subject: str) -> str:
    vault().prepare([subject])
    return subject


@row("SG-17")
def test_a_key_goes_with_the_change_and_leaves_nothing_owed(at: datetime) -> None:
    subject = kept(f"side:{uuid4()}")
    with TestCase.captureOnCommitCallbacks(execute=True):
        shredding.owe(at, subject)
        shredding.owe(at, subject)
        assert vault().exists(subject), "not before the change is kept"
    assert not vault().exists(subject) and not DoomedKey.objects.exists()


@row("SG-17")
def test_a_change_that_is_undone_destroys_nothing(at: datetime) -> None:
    subject = kept(f"side:{uuid4()}")
    with pytest.raises(ZeroDivisionError), TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
        shredding.owe(at, subject)
        1 / 0  # noqa: B018 - anything that goes wrong
    assert vault().exists(subject) and not DoomedKey.objects.exists()


@row("SG-17")
@pytest.mark.parametrize("many", [1, shredding.SLICE + 1])
def test_what_a_process_left_that_was_killed_in_between_the_worker_finishes(at: datetime, many: int) -> None:
    make.put_in_force(at=now())
    subjects = [kept(f"message:{uuid4()}") for _ in range(many)]
    with TestCase.captureOnCommitCallbacks():  # killed: what was to follow the commit does not
        for subject in subjects:
            shredding.owe(at, subject)
    assert all(vault().exists(subject) for subject in subjects)
    run_once(now() + timedelta(minutes=2))
    assert not any(vault().exists(subject) for subject in subjects) and not DoomedKey.objects.exists()


@row("SG-17")
def test_a_key_store_that_fails_is_asked_again(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    make.put_in_force(at=now())
    subject = kept(f"matter:{uuid4()}")

    def full(*_: object, **__: object) -> bool:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(type(vault().store), "destroy", full)
        with pytest.raises(OSError, match="no space"), TestCase.captureOnCommitCallbacks(execute=True):
            shredding.owe(at, subject)
        run_once(now() + timedelta(minutes=2))
    assert vault().exists(subject) and DoomedKey.objects.get().subject == subject
    run_once(now() + timedelta(minutes=4))
    assert not vault().exists(subject) and not DoomedKey.objects.exists()
