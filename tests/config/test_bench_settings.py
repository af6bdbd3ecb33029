"""A measurement says where its database lies: in memory a commit costs nothing, and the figures say less."""

from pathlib import Path

import pytest
from django.db import connection

from huiyin.config.bench import table
from tests import postgres


@pytest.mark.django_db
def test_the_settings_name_the_folder_of_the_data_and_its_file_system() -> None:
    told = table.settings()
    assert "data in " in told
    if connection.vendor == "postgresql" and Path("/proc/self/cwd").exists():
        folder = Path(table.data_folder().rpartition(" (")[0])
        assert (folder / "PG_VERSION").exists()
        assert told.endswith(table.data_folder())


def test_a_folder_is_told_with_what_it_lies_on(tmp_path: Path) -> None:
    told = table._on(tmp_path)
    assert told.startswith(str(tmp_path))
    assert told.endswith(")") or not Path("/proc/mounts").exists()


def test_a_server_for_measuring_lies_where_one_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_POSTGRES_FOLDER", str(tmp_path))
    assert postgres.place() == tmp_path
    monkeypatch.delenv("HUIYIN_POSTGRES_FOLDER")
    assert postgres.place() in (None, postgres.MEMORY)
