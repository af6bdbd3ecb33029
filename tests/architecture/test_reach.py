"""Whatever an action does, somebody can do it: a page, a command or the worker leads to it."""

from tests.architecture.house import python_files
from tests.architecture.reach import reach
from tests.architecture.test_doors import unused, without
from tools.steps import ROOT

# Actions that no door leads to, each with its reason.
NO_DOOR: dict[str, str] = {
    "huiyin.register.actions.invented: ": "lays an invented county in bulk; only the demo does",
}

VIEW = "from huiyin.register.actions import links\ndef page(): links.link()\n"
ACTIONS = "@action\ndef link(*, by, at): _end()\n@action\ndef end_link(*, by, at): ...\ndef _end(): other()\n"


def test_every_action_can_be_carried_out_by_somebody() -> None:
    sources = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path.read_text("utf-8")
        for path in python_files("huiyin")
    }
    found = reach(sources)
    assert len(found.actions) > 250  # as many as there are; a reader that finds none would find no fault
    assert without(found.unreached(), NO_DOOR) == []
    assert unused(found.unreached(), NO_DOOR) == []


def test_an_action_that_no_page_calls_is_refused() -> None:
    sources = {"huiyin.interfaces.desk.views.links": VIEW, "huiyin.register.actions.links": ACTIONS}
    assert reach(sources).unreached() == ["huiyin.register.actions.links: end_link"]


def test_what_only_the_demo_calls_is_no_door() -> None:
    demo = VIEW.replace("link()", "end_link()")
    sources = {
        "huiyin.interfaces.common.demo.people": demo,
        "huiyin.interfaces.desk.views.links": VIEW,
        "huiyin.register.actions.links": ACTIONS,
    }
    assert reach(sources).unreached() == ["huiyin.register.actions.links: end_link"]


def test_what_another_action_calls_or_a_table_holds_is_reached() -> None:
    other = "from huiyin.register.actions.links import end_link\n@action\ndef close(*, by, at): end_link()\n"
    table = "from huiyin.casework.actions import ends\nDO = {'close': ends.close}\n"
    sources = {
        "huiyin.interfaces.desk.views.links": VIEW,
        "huiyin.casework.consumers": table,
        "huiyin.casework.actions.ends": other,
        "huiyin.register.actions.links": ACTIONS,
    }
    assert reach(sources).unreached() == []


def test_an_action_that_only_an_unreached_one_calls_is_refused_too() -> None:
    other = "from huiyin.register.actions.links import end_link\n@action\ndef close(*, by, at): end_link()\n"
    sources = {
        "huiyin.interfaces.desk.views.links": VIEW,
        "huiyin.casework.actions.ends": other,
        "huiyin.register.actions.links": ACTIONS,
    }
    assert reach(sources).unreached() == [
        "huiyin.casework.actions.ends: close",
        "huiyin.register.actions.links: end_link",
    ]
