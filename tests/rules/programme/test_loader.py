"""County folders in, rulebooks or sentences out."""

from pathlib import Path

import pytest

from huiyin.programme import reference
from huiyin.programme.loader import counties, county_folder, dump, load_county, restore
from huiyin.programme.problems import ProgrammeError
from tests.rows import row
from tests.rules.programme.broken import ECHO, copy, replace, sentences

MATTERS = f"{ECHO}/matters.toml"
ABOUT = f"{ECHO}/programme.toml"
BOARDS = f"{ECHO}/publication.toml"
CLOSE = 'name     = "close"\nsource   = ["answered"]'


@pytest.mark.parametrize("county", counties())
@row("R-001")
def test_every_county_survives_being_stored_whole(county: str) -> None:
    book = load_county(county_folder(county))
    again = restore(dump(book))
    assert again == book
    assert again.hash == book.hash
    assert list(again.programmes) == list(book.programmes)


def test_the_hash_tells_any_change(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    before = load_county(folder).hash
    assert before == load_county(county_folder("wangchuan")).hash
    replace(folder, MATTERS, "limit       = { amount = 5", "limit       = { amount = 6")
    assert load_county(folder).hash != before


def test_order_of_display_survives_storing() -> None:
    book = load_county(county_folder("wangchuan"))
    ways = list(restore(dump(book)).matters("echo").ways)
    assert ways[0] == "direct_answer"
    assert ways[-1] == "discipline"


@row("R-001", "R-002", "R-019")
def test_a_second_programme_is_added_as_data_only(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    source = county_folder("zoucheng-2013") / "programmes" / "three_platforms"
    target = folder / "programmes" / "three_platforms"
    target.mkdir()
    for page in source.glob("*.toml"):
        (target / page.name).write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    # Who has which rank is the county's own: its page names what the programme asks for.
    ranks = "".join(
        f'{name} = "{name}"\n' for name in ("city_leader", "department", "town", "dispatched", "police", "agent")
    )
    replace(folder, "county.toml", "[tiers]\n", f"[tiers]\n{ranks}")
    book = load_county(folder)
    assert list(book.programmes) == ["echo", "three_platforms"]
    assert len(book.flow("three_platforms", "appeal").stages) == 9


SCALE = """[[grades]]
value     = 5
points    = 100
satisfied = true
[[grades]]
value     = {}
points    = 0
satisfied = false
"""
# Each line breaks one thing, and the sentence must name page, key and cause.
BROKEN = [
    (MATTERS, "[natures.request]", "[natures.request", f"{MATTERS}: the file cannot be read"),
    (MATTERS, 'title = "求助"', 'titel = "求助"', f"{MATTERS}, natures.request.titel: this key is not known"),
    (MATTERS, 'title = "求助"\n', "", f"{MATTERS}, natures.request.title: this is missing"),
    (MATTERS, "amount = 5,", 'amount = "5",', f"{MATTERS}, clocks.handling.limit.amount: wrong"),
    (MATTERS, "amount = 5,", "amount = 0,", f"{MATTERS}, clocks.handling.limit.amount: “0” is too small"),
    (MATTERS, 'unit = "working_days" }', 'unit = "weeks" }', "there is no word “weeks”"),
    (MATTERS, 'escalate_to = "head"', 'escalate_to = "nobody"', f"{MATTERS}, clocks.handling: unknown role “nobody”"),
    (
        MATTERS,
        '[["handler", "supervisor", "caller"]]',
        '[["handler", "caller"]]',
        "handler, supervisor and caller must be three persons",
    ),
    (MATTERS, CLOSE, 'name     = "close"\nsource   = ["working"]', "“close” is possible from “answered” only"),
    (MATTERS, CLOSE, 'name     = "archive"\nsource   = ["answered"]', "step “close” is missing"),
    (MATTERS, "held  = true\npublishable = false", "held  = false", "complaints about officials are always held"),
    (MATTERS, 'needs  = ["reply"]\n[[', "needs  = []\n[[", "“answer” must need a reply"),
    (MATTERS, 'needs  = ["topic", "nature", "way", "reply"]', 'needs  = ["topic"]', "“answer” must need a reply"),
    (MATTERS, 'target   = "withdrawn"', 'target   = "withdrawn"\nneeds = ["note"]', "“withdraw” cannot need note"),
    (
        MATTERS,
        'target   = "withdrawn"',
        'target   = "withdrawn"\nby = "matter.assign"',
        "nobody of the staff takes it back",
    ),
    (
        MATTERS,
        'needs    = ["note"]\n[[flows.appeal.steps]]\nname   = "retain"',
        'needs    = ["topic"]\n[[flows.appeal.steps]]\nname   = "retain"',
        "“reopen” cannot need topic",
    ),
    (MATTERS, 'needs  = ["reason", "reply"]', 'needs  = ["reason"]', "“decline” must tell the resident why"),
    (
        MATTERS,
        'step             = "retain"\ncounts_as_solved = false',
        'step             = "retain"\ncounts_as_solved = true',
        "never solves a matter",
    ),
    (MATTERS, "[channels.web]", "[channels.page]", "everybody's door: channels needs web"),
    (
        MATTERS,
        'nature    = "dispute"',
        'nature    = "quarrel"',
        f"{MATTERS}, disputes.nature: unknown nature “quarrel”",
    ),
    (MATTERS, 'kind      = "dispute"', 'kind      = "quarrel"', f"{MATTERS}, disputes.kind: unknown kind “quarrel”"),
    (
        MATTERS,
        'title = "两边的纠纷"\npublishable = false',
        'title = "两边的纠纷"',
        f"{MATTERS}, natures.dispute: a dispute between residents is never published",
    ),
    (MATTERS, "[channels.web]", f"{SCALE.format(2)}[channels.web]", f"{MATTERS}, grades: a scale needs 1"),
    (MATTERS, "[channels.web]", f"{SCALE.format(5)}[channels.web]", f"{MATTERS}, grades: each grade stands once"),
    (MATTERS, 'parent   = "transport"', 'parent   = "nowhere"', "unknown topic “nowhere”"),
    (MATTERS, 'flow     = "appeal"', 'flow     = "nothing"', f"{MATTERS}, kinds.appeal: unknown flow “nothing”"),
    (MATTERS, 'clocks     = ["accept",', 'clocks     = ["acept",', "unknown clock “acept”"),
    (
        MATTERS,
        'met_by      = ["accept", "decline"]',
        'met_by      = ["analyse"]',
        "names “analyse”, which the flow does not have",
    ),
    (MATTERS, 'target = "raised"', 'target = "joined"', "no way to a final state from: joined"),
    (MATTERS, "attempts  = 3", "attempts  = 1", f"{MATTERS}, flows.appeal.closing.attempts: “1” is too small"),
    (
        MATTERS,
        'max_total   = { amount = 10, unit = "working_days" }',
        'max_total   = { amount = 10, unit = "hours" }',
        "counted in the unit of the limit",
    ),
    (MATTERS, 'target = "submitted"', 'target = "raised"', "“submit” needs “instruct”"),
    (MATTERS, 'source = ["assigned", "working", "applied"]', 'source = ["working"]', "“apply” needs “climb”"),
    (
        MATTERS,
        'starts_on   = ["assign", "instruct", "decide"]',
        'starts_on   = ["assign", "instruct"]',
        "must know “decide” too",
    ),
    (MATTERS, 'routing    = "dispatch"', 'routing    = "auto_escalate"', "no level's clock says climbs = true"),
    (
        MATTERS,
        'needs  = ["pause_reason", "reason", "until"]',
        'needs  = ["pause_reason"]',
        "why it stops, and until when",
    ),
    (
        MATTERS,
        'target = "raised"\nsystem = true',
        'target = "raised"\nby = "matter.assign"',
        "climb is done by time alone",
    ),
    (
        MATTERS,
        'name   = "come_back"\nsource = ["submitted"]\ntarget = "previous"\nsystem = true',
        'name   = "come_back"\nsource = ["submitted"]\ntarget = "previous"\nby = "matter.instruct"',
        "come_back is done by time alone",
    ),
    (MATTERS, "returns     = true", "returns     = false", "submit needs a clock that starts with it and returns"),
    (
        MATTERS,
        'needs  = ["instruction", "owner", "supervisor"]',
        'needs  = ["owner", "supervisor"]',
        "in the leader's words",
    ),
    (
        MATTERS,
        'needs  = ["owner", "supervisor", "reason"]',
        'needs  = ["reason"]',
        "an instruction nobody receives is none",
    ),
    (ABOUT, '"flows.appeal", ', "", "“flows.appeal” names no document as its basis"),
    (ABOUT, '"clocks.review", ', '"clocks.revue", ', "unknown rule “clocks.revue”"),
    (ABOUT, "context   = true", "context   = false", f"{ABOUT}, goals.area: figures of petitions"),
    (ABOUT, "until        = 2026-06-01", "until        = 2026-05-01", "the end must come after the beginning"),
    (ABOUT, "from_        = 2026-05-01\nuntil", "from_        = 2026-04-01\nuntil", "phase “宣传发动” lies outside"),
    (BOARDS, "min_cells = 10", "min_cells = 5", f"{BOARDS}, min_cells: “5” is too small"),
    (BOARDS, '"asked",', '"applicant",', "there is no word “applicant”"),
    (BOARDS, '["conduct"]', '["conduct", "moon"]', "unknown topic “moon”"),
    (
        "county.toml",
        'zone      = "Asia/Shanghai"',
        'zone      = "Asia/Nowhere"',
        "county.toml, zone: there is no such time zone",
    ),
    ("county.toml", "at_least = 2", "at_least = 1", "county.toml, held.at_least: “1” is too small"),
    ("county.toml", 'role     = "dispatcher"', 'role     = "clerk"', "role “clerk” lacks matter.held"),
    (
        "county.toml",
        '["matter.open", "reg',
        '["matter.held", "reg',
        "role “official” may not have matter.held: only “dispatcher”",
    ),
    (
        "county.toml",
        '["audit.see", ',
        '["audit.see", "programme.activate", ',
        "may not have programme.activate, audit.see",
    ),
    (
        "county.toml",
        '"matter.held", ',
        '"matter.held", "audit.see", ',
        "role “dispatcher” may not have matter.held, audit",
    ),
    ("county.toml", 'kind      = "appeal"', 'kind      = "poem"', "county.toml, intake.kind: unknown kind “poem”"),
    ("county.toml", '"matter.extend", ', "", "“extend” needs matter.extend, which no role has"),
    ("county.toml", '"audit.see"', '"audit.write"', "there is no word “audit.write”"),
    (
        "county.toml",
        'ladder    = ["village", "town", "county", "beyond"]',
        'ladder    = ["village", "county", "beyond"]',
        "level “town” is not on the ladder",
    ),
    (
        "words.toml",
        'official = "联户干部"',
        'oficial = "联户干部"',
        "words.toml, zh-Hans.role: there is no word “oficial”",
    ),
]


@pytest.mark.parametrize(("page", "old", "new", "expected"), BROKEN, ids=[line[3][:60] for line in BROKEN])
@row("R-231", "R-209", "R-023", "SG-01")
def test_a_broken_page_is_refused_with_a_sentence_that_names_it(
    tmp_path: Path, page: str, old: str, new: str, expected: str
) -> None:
    folder = copy(tmp_path)
    replace(folder, page, old, new)
    found = sentences(folder)
    assert any(expected in sentence for sentence in found), found


def test_all_mistakes_are_told_at_once_and_in_both_languages(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    replace(folder, MATTERS, 'escalate_to = "head"', 'escalate_to = "nobody"')
    replace(folder, BOARDS, '["conduct"]', '["moon"]')
    replace(folder, "county.toml", 'kind      = "appeal"', 'kind      = "poem"')
    with pytest.raises(ProgrammeError) as refused:
        load_county(folder)
    assert len(refused.value.problems) == 3
    assert "没有“nobody”这个角色" in "\n".join(refused.value.sentences("zh-Hans"))
    assert str(refused.value).count("\n") == 2


def test_an_answer_cannot_be_gone_around(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    take = 'name   = "take"\nsource = ["assigned"]\ntarget = '
    replace(folder, MATTERS, f'{take}"working"', f'{take}"answered"')
    assert any("closed can be reached without an answer" in sentence for sentence in sentences(folder))


def test_missing_files_and_strangers_are_named(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / BOARDS).unlink()
    (folder / ECHO / "notes.txt").write_text("hello", encoding="utf-8")
    found = sentences(folder)
    assert any(sentence.startswith(f"{BOARDS}: this file is missing") for sentence in found)
    assert any(sentence.startswith(f"{ECHO}/notes.txt: this file is not a page") for sentence in found)
    assert sentences(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = " + b"[" * 5000, b"\x00", b"title = nan", b""])
def test_a_hostile_page_is_refused_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    folder = copy(tmp_path)
    (folder / MATTERS).write_bytes(content)
    assert all(sentence.startswith(MATTERS) for sentence in sentences(folder))
    assert sentences(folder)


@pytest.mark.parametrize("name", ["", "nowhere", "../counties/general", "."])
def test_a_county_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ProgrammeError):
        county_folder(name)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"county": NaN}', "{" * 2000])
def test_a_stored_text_that_is_no_rulebook_is_refused(text: str) -> None:
    with pytest.raises(ProgrammeError):
        restore(text)


def test_the_reference_page_names_every_key_of_every_page() -> None:
    text = reference.page()
    for _, shape in reference.FILES:
        assert all(f"`{name}`" in text for name in shape.model_fields), shape
    assert "| **`limit`** | [Limit](#limit) |" in text
