"""The build of the doors' files and words: what it copies, and what it says when it cannot."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from huiyin.interfaces.common.assets import BUILT, SOURCES
from tools import build_front, compile_words


def test_every_built_name_of_a_template_is_in_the_manifest() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    assert set(SOURCES.values()) <= set(manifest)
    assert all((BUILT / manifest[source]["file"]).exists() for source in SOURCES.values())


def test_an_icon_is_copied_without_its_invisible_frame() -> None:
    drawn = build_front.drawing(build_front.OUTLINES / "inbox.svg")
    assert drawn.startswith("<path d=")
    assert "M0 0h24v24H0z" not in drawn


def test_icons_are_found_by_the_names_given_in_templates_code_and_word_files() -> None:
    assert {"inbox", "circle-check", "menu-2"} <= build_front.names()


def test_a_second_build_of_the_same_sources_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    build_front.bundle()

    def forbidden(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("nothing has changed")

    monkeypatch.setattr(build_front, "run", forbidden)
    build_front.bundle()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [("npm error code ENOTFOUND", "No package registry"), ("error TS2322: wrong", "did not install:\nerror TS2322")],
)
def test_a_build_that_cannot_go_on_says_what_to_do(output: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", output)

    monkeypatch.setattr(subprocess, "run", failed)
    with pytest.raises(build_front.Broken, match=sentence):
        build_front.run(["npm"], "The front end's packages did not install")


def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert build_front.main(["--nonsense"]) == 2
    assert compile_words.main(["--check", "--extract"]) == 2
    assert capsys.readouterr().err.count("usage:") == 2


def test_words_of_templates_and_code_are_found_with_their_plurals(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(
        '<p>\n  {% translate "收到" %}\n'
        " {% blocktranslate count n=n %}{{ n }} 件{% plural %}{{ n }} 件{% endblocktranslate %}",
        encoding="utf-8",
    )
    (tmp_path / "a.py").write_text("words = gettext('办理')", encoding="utf-8")
    found = [key for key, _ in compile_words.used(tmp_path)]
    assert set(found) == {"收到", ("%(n)s 件", "%(n)s 件"), "办理"}


def test_traditional_chinese_is_made_from_the_messages_themselves() -> None:
    app = next(app for app in compile_words.apps() if app.name == "common")
    made = compile_words.traditional(compile_words.read(app))
    message = made.get("打印")
    assert message is not None
    assert message.string == "打印"
    other = made.get("时限")
    assert other is not None
    assert other.string == "時限"
