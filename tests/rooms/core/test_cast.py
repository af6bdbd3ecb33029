"""The people of the tests, whichever test comes first."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from huiyin.core.vault import vault
from tests import cast as people


@pytest.mark.django_db
def test_their_keys_are_there_for_later_tests_also_if_the_first_had_a_folder_to_itself(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(people, "_made", [])
    settings.HUIYIN_HOME = tmp_path
    everybody = request.getfixturevalue("cast")
    assert not vault().exists(f"person:{everybody.zhang_id}")
    with override_settings(HUIYIN_HOME=Path(os.environ["HUIYIN_HOME"])):
        assert vault().exists(f"person:{everybody.zhang_id}")
        assert vault().exists(f"household:{everybody.zhang_household}")
