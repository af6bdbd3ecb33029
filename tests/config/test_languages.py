"""Every command speaks the language of the terminal, and another where it is told to."""

import argparse
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class

from huiyin.core.terminal import language

SILENT = {"check", "worker", "faults", "simulate"}
"""They say nothing of their own to whoever typed them: Django's checks, a log, and programs of the clone."""
OURS = sorted(name for name, app in get_commands().items() if str(app).startswith("huiyin.") and name not in SILENT)
PASSED_ON = {"init", "key", "trust", "size", "sign", "show"}
"""The witness's own program, which has words of its own."""


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """One that says nothing of a language."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("told", "spoken"),
    [
        ({}, "zh-Hans"),
        ({"LANG": "C.UTF-8"}, "zh-Hans"),
        ({"LANG": "POSIX"}, "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE@euro"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
    ],
)
def test_the_terminal_says_which(terminal: pytest.MonkeyPatch, told: dict[str, str], spoken: str) -> None:
    for name, value in told.items():
        terminal.setenv(name, value)
    assert language() == spoken


def leaves(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each way to call a command, with what it takes."""
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not below:
        yield name, parser
    for one in below:
        for word, inner in one.choices.items():
            yield from leaves(inner, f"{name} {word}")


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize(("locale", "spoken"), [("en_US.UTF-8", "en"), ("zh_CN.UTF-8", "zh-Hans"), ("C", "zh-Hans")])
def test_every_command_speaks_it_and_may_be_told_another(
    terminal: pytest.MonkeyPatch, name: str, locale: str, spoken: str
) -> None:
    terminal.setenv("LANG", locale)
    command = load_command_class(get_commands()[name], name)
    found = dict(leaves(command.create_parser("huiyin", name), name))
    assert found
    for words, parser in found.items():
        if words.rpartition(" ")[2] not in PASSED_ON or name != "witness":
            assert parser.get_default("language") == spoken, words
            assert "--language" in parser.format_help(), words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "chinese", "english"),
    [
        (("erase", "a" * 32, "--by", "nobody", "--reason", "wish"), "nobody", "nobody"),
        (("token", "nobody"), "没有账号“nobody”", "no account named nobody"),
        (("delegations", "list", "--by", "nobody"), "nobody", "nobody"),
        (("access", "999"), "没有", "no"),
    ],
)
def test_a_refusal_is_said_in_it(
    terminal: pytest.MonkeyPatch, asked: tuple[str, ...], chinese: str, english: str
) -> None:
    said = {}
    for locale in ("zh_CN.UTF-8", "en_US.UTF-8"):
        terminal.setenv("LANG", locale)
        with pytest.raises(CommandError) as refused:
            call_command(*asked, stdout=StringIO())
        said[locale] = str(refused.value)
    assert chinese in said["zh_CN.UTF-8"] and not said["zh_CN.UTF-8"].isascii()
    assert english in said["en_US.UTF-8"] and said["en_US.UTF-8"].isascii()
