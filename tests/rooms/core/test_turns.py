"""Writers of one SQLite file take turns, and a turn is given back however a transaction ends."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler, OperationalError

from huiyin.config import env
from huiyin.core.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


def opened(path: Path) -> DatabaseWrapper:
    """A connection of its own to a file, as settings describe it."""
    wrapper = ConnectionHandler({"default": env.sqlite(path)})["default"]
    assert isinstance(wrapper, DatabaseWrapper)
    wrapper.inc_thread_sharing()
    return wrapper


@pytest.fixture
def file(tmp_path: Path) -> Iterator[DatabaseWrapper]:
    wrapper = opened(tmp_path / "a.sqlite3")
    with wrapper.cursor() as cursor:
        cursor.execute("CREATE TABLE a (n INTEGER)")
    yield wrapper
    wrapper.close()


def free(wrapper: DatabaseWrapper) -> bool:
    """Whether somebody else could have the turn now."""
    other = os.open(f"{wrapper.settings_dict['NAME']}.turn", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(other)
    return True


def begin(wrapper: DatabaseWrapper) -> None:
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def test_the_turn_is_held_for_a_transaction_and_given_back_with_its_end(file: DatabaseWrapper) -> None:
    for end in (file.commit, file.rollback):
        begin(file)
        assert not free(file)
        end()
        assert free(file)
        file.set_autocommit(True)


def test_a_connection_that_is_closed_holds_no_turn(file: DatabaseWrapper) -> None:
    begin(file)
    file.close()
    assert free(file)


def test_a_write_outside_a_transaction_has_its_turn_and_one_inside_needs_none(file: DatabaseWrapper) -> None:
    with file.turn():
        assert not free(file)
        with file.cursor() as cursor:
            cursor.execute("INSERT INTO a VALUES (1)")
    assert free(file)
    begin(file)
    with file.turn():
        assert not free(file)
    assert not free(file)
    file.rollback()


def test_eight_writers_all_write_and_none_waits_long(file: DatabaseWrapper, tmp_path: Path) -> None:
    waited: list[float] = []

    def write() -> None:
        mine = opened(tmp_path / "a.sqlite3")
        for number in range(20):
            asked = time.monotonic()
            begin(mine)
            with mine.cursor() as cursor:
                cursor.execute("INSERT INTO a VALUES (%s)", [number])
            mine.commit()
            mine.set_autocommit(True)
            waited.append(time.monotonic() - asked)
        mine.close()

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with file.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM a")
        assert cursor.fetchone() == (160,)
    assert len(waited) == 160
    assert free(file)


def test_whoever_never_gets_a_turn_is_told_that_the_file_is_locked(file: DatabaseWrapper, tmp_path: Path) -> None:
    begin(file)
    other = opened(tmp_path / "a.sqlite3")
    other.settings_dict["OPTIONS"]["timeout"] = 0.2
    with pytest.raises(OperationalError, match="locked"):
        begin(other)
    other.close()
    file.rollback()
    file.set_autocommit(True)
    assert free(file)
