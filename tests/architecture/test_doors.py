"""The doors of a room: who asks comes first, every change is an action, every fact is told in words."""

import importlib
from pathlib import Path

from django.apps import apps
from django.db import models

from tests.architecture.house import (
    action_faults,
    called_from,
    called_outside,
    chinese_faults,
    fact_faults,
    faults,
    foreign_key_faults,
    python_files,
    query_faults,
    room_files,
)
from tools.steps import ROOT

# Public functions of a door that are none, each with its reason.
NOT_QUESTIONS: dict[str, str] = {
    "huiyin/register/queries/staff.py: viewer_for": "makes the viewer that every other question takes",
    "huiyin/casework/queries/books.py: days": "the working-day table; no person and no matter is in it",
    "huiyin/casework/queries/one.py: explain_due": "a sum from the method alone; reads no row",
}
NOT_ACTIONS: dict[str, str] = {
    "huiyin/casework/actions/imports.py: import_matters": "runs an action for every line",
    "huiyin/casework/actions/intake.py: faults": "writes nothing: it tells what the action would refuse",
    "huiyin/casework/actions/intake.py: prepare": "writes nothing: what a matter yet to be made would stand under",
    "huiyin/casework/actions/briefs.py: faults": "writes nothing: it tells what the action would refuse",
    "huiyin/casework/actions/onair.py: faults": "writes nothing: it tells what the action would refuse",
    "huiyin/casework/actions/signals.py: faults": "writes nothing: it tells what the action would refuse",
    "huiyin/casework/actions/signals.py: end_faults": "writes nothing: it tells what the action would refuse",
    "huiyin/casework/actions/mediation.py: faults": "writes nothing: it tells what the action would refuse",
    "huiyin/casework/actions/mediation.py: words_of": "writes nothing: the matter of a dispute as intake takes it",
    "huiyin/casework/actions/erasing.py: carry_out": "runs an action, then has the keys destroyed",
    "huiyin/register/actions/erasure.py: finish": "destroys keys and files, then runs the action that certifies it",
    "huiyin/register/actions/roster_work.py: hand_in": "runs an action, and keeps the file sealed beside it",
    "huiyin/register/actions/roster_work.py: work": "runs an action for every part",
}
# Rows that go with the account they belong to: what somebody was doing, not evidence.
GO_WITH_THE_ACCOUNT = {
    f"huiyin/core/models.py: {name}": "of one account and of no use without it"
    for name in ("SigninLink", "FirstKey", "Draft", "SavedView", "ApiToken")
}
# Where Chinese may stand in code: each file with its reason.
CHINESE_ALLOWED = {
    "huiyin/config/settings.py": "the names of the languages in their own writing",
    "huiyin/interfaces/common/demo/": "what the people of the invented county are called and say to each other",
    "huiyin/interfaces/common/context.py": "the names of the languages in their own writing",
    "huiyin/casework/rules/sheet.py": "a date as clerks write it in a list",
    "huiyin/core/text.py": "the ranges of the script itself",
    "huiyin/programme/clock.py": "the column values of the working-day notices as published",
}


def without(found: list[str], known: dict[str, str]) -> list[str]:
    """The faults that no documented exception covers."""
    return [fault for fault in found if not any(fault.startswith(name) for name in known)]


def unused(found: list[str], known: dict[str, str]) -> list[str]:
    """Exceptions that cover nothing any more."""
    return [name for name in known if not any(fault.startswith(name) for fault in found)]


def test_every_question_names_who_asks_first() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in room_files("queries")
        for fault in query_faults(path.read_text(encoding="utf-8"), called_outside(path))
    ]
    assert without(found, NOT_QUESTIONS) == []
    assert unused(found, NOT_QUESTIONS) == []


def test_a_question_without_a_viewer_is_refused() -> None:
    assert query_faults("def all_matters():\n    return 1\n") == [
        "all_matters: the first argument is not `viewer: Viewer`"
    ]
    assert query_faults("def matters(viewer: Viewer, code: str): ...\n") == []


def test_every_change_is_an_action_with_by_and_at_first() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in room_files("actions")
        for fault in action_faults(path.read_text(encoding="utf-8"), called_outside(path))
    ]
    assert without(found, NOT_ACTIONS) == []
    assert unused(found, NOT_ACTIONS) == []


def test_a_change_that_is_no_action_is_refused() -> None:
    assert action_faults("def close(*, by, at): ...\n") == ["close: not decorated with @action"]
    assert action_faults("@action\ndef close(matter, *, by, at): ...\n") == ["close: takes arguments by position"]
    assert action_faults("@action\ndef close(*, matter, by, at): ...\n") == ["close: `by` and `at` do not stand first"]
    assert action_faults("@action\ndef close(*, by, at, matter): ...\n") == []


def test_a_helper_that_others_call_is_refused() -> None:
    helper = "def tidy(matter): ...\n"
    assert action_faults(helper, frozenset()) == []
    assert action_faults(helper, frozenset({"tidy"})) == ["tidy: not decorated with @action"]
    assert called_from("a.actions.steps", "from a.actions import steps\nsteps.tidy(1)\n") == {"tidy"}
    assert called_from("a.actions.steps", "from a.actions.steps import tidy\n") == {"tidy"}
    assert called_from("a.actions.steps", "from a.queries import steps\nsteps.tidy(1)\n") == set()


def test_every_fact_is_told_in_words() -> None:
    assert faults(fact_faults, python_files("huiyin")) == []


def test_a_fact_without_words_is_refused() -> None:
    assert fact_faults("class Opened(Fact):\n    x: int\n") == ["Opened: no docstring", "Opened: no NAME"]


def test_chinese_stands_in_words_templates_and_counties_only() -> None:
    found = faults(chinese_faults, python_files("huiyin", "huiyin_witness"))
    assert without(found, CHINESE_ALLOWED) == []
    assert unused(found, CHINESE_ALLOWED) == []


def test_a_chinese_sentence_in_code_is_refused() -> None:
    assert chinese_faults('"""回音."""\nraise Refused("不行")\n') == ["line 2: '不行' is Chinese in code"]
    assert chinese_faults('raise Refused("\\u4e0d\\u884c")\n') == ["line 1: '不行' is Chinese in code"]


def test_what_is_referred_to_cannot_be_deleted() -> None:
    files = [path for path in python_files("huiyin") if path.stem == "models" or "models" in path.parts]
    found = faults(foreign_key_faults, files)
    assert without(found, GO_WITH_THE_ACCOUNT) == []
    assert unused(found, GO_WITH_THE_ACCOUNT) == []


def test_a_cascade_is_refused() -> None:
    planted = "class Reply:\n    matter = models.ForeignKey(Matter, on_delete=models.CASCADE)\n"
    assert foreign_key_faults(planted) == ["Reply: on_delete is not PROTECT"]


# Rows of the rooms that are no kept rows, each with its reason.
NOT_KEPT = {
    "AccountTold": "what the owner of an account was told, from events; it changes when they have read it",
    "Announcement": "what waits to be told after a round of hundreds of thousands; its messages are kept rows",
    "CoverMark": "when coverage was counted",
    "CoverCount": "counted anew by the worker from links and households; the lists behind it are read from those",
    "CoverLoad": "as CoverCount, of officials",
    "CoverLed": "as CoverCount, of officials in villages",
    "Findable": "an index that the database itself keeps in step with kept rows",
    "PhoneMark": "when telephones were counted",
    "PhoneCount": "counted anew by the worker from residents and their numbers",
    "LinkDraft": "which process draws a round up, until it is presented",
    "LinkProposal": "a draft of hundreds of thousands of lines; its round commits to all of them at once",
    "Challenge": "what a passkey signs once within minutes; what was done with it is an event",
    "Nudge": "what staff are told at their desk, laid by the worker from events; reading it is no fact about a matter",
    "CaseTally": "what a matter counts as, made from its rows again whenever something was told of it",
}


def test_rows_of_the_rooms_are_kept_rows() -> None:
    from huiyin.core.kept import Kept

    rooms = ("register", "casework", "publication", "channels")
    loose = [
        model.__name__
        for room in rooms
        for model in apps.get_app_config(room).get_models()
        if not issubclass(model, Kept) and room != "channels"
    ]
    assert loose == list(NOT_KEPT)


def test_no_row_carries_a_county_in_its_key() -> None:
    own = [model for model in apps.get_models() if model.__module__.startswith("huiyin.")]
    fields = [(model, field) for model in own for field in model._meta.get_fields() if isinstance(field, models.Field)]
    named = [f"{model.__name__}.{field.name}" for model, field in fields if field.name in {"county", "county_id"}]
    assert named == ["RulebookVersion.county"]  # the folder a method came from


def test_every_room_has_the_same_doors_under_the_same_names() -> None:
    doors = {
        "models",
        "rules",
        "actions",
        "queries",
        "events",
        "consumers",
        "ticks",
        "apps",
        "migrations",
        "management",
    }
    extra = []
    for room in ("register", "casework", "publication"):
        for path in Path(ROOT / "huiyin" / room).iterdir():
            if path.stem not in doors and not path.name.startswith("__"):
                extra.append(f"{room}/{path.name}")
    assert extra == []


def test_every_module_of_the_rooms_can_be_imported() -> None:
    for path in python_files("huiyin"):
        if path.name == "wsgi.py":
            continue  # starts to serve, and so asks the database
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        importlib.import_module(name)
