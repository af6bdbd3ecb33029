"""Templates and style sheets: a strict content policy, one place for colours, a catalogue for every sentence."""

import gzip
import json
from pathlib import Path

import pytest
from django.template.loader import get_template

from huiyin.interfaces.common.assets import BUILT, icon_body
from tests.architecture import markup
from tools import compile_words

WRITTEN, LOOPS = markup.named_classes()


@pytest.mark.parametrize("path", markup.TEMPLATES, ids=markup.relative)
def test_a_template_keeps_the_rules(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert markup.template_faults(source) == []
    assert markup.class_faults(source, WRITTEN, LOOPS) == []
    assert source.count("\t") == 0
    get_template(str(path).rsplit("/templates/", 1)[1])


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ('<p style="color:red">x</p>', "an inline style"),
        ("<style>p{}</style>", "an inline style"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<script src="/a.js">alert(1)</script>', "an inline script"),
        ('<button onclick="go()">x</button>', "an inline event handler"),
        ("{{ text|safe }}", "output that is not escaped"),
        ("{% autoescape off %}{{ text }}{% endautoescape %}", "output that is not escaped"),
        ('<a href="javascript:go()">x</a>', "a javascript: address"),
        ('<img src="https://example.invalid/a.png">', "an address elsewhere"),
        ("<p>没有翻译</p>", "untranslated “没有翻译”"),
        ('{% icon "lock" title="密件" %}', "untranslated “密件”"),
    ],
)
def test_a_planted_violation_is_caught(planted: str, fault: str) -> None:
    assert fault in markup.template_faults(planted)


@pytest.mark.parametrize(
    "allowed",
    [
        '<p class="hy-lead">{% translate "好" %}{# 注 #}</p>',
        "{% blocktranslate count n=n %}{{ n }} 件{% plural %}{{ n }} 件{% endblocktranslate %}",
        '<script type="module" src="{% built "desk.js" %}"></script>',
        '<script type="application/json" id="x">{"a":1}</script>',
    ],
)
def test_what_is_allowed_is_not_complained_about(allowed: str) -> None:
    assert markup.template_faults(allowed) == []


@pytest.mark.parametrize("path", [*markup.STYLES, *markup.SCRIPTS], ids=markup.relative)
def test_colours_stand_in_the_token_file_only(path: Path) -> None:
    assert markup.style_faults(path.name, path.read_text(encoding="utf-8")) == []


def test_a_planted_colour_is_caught() -> None:
    assert markup.style_faults("parts/_x.scss", ".a { color: #a1261c; }") == ["the colour #a1261c"]
    assert markup.style_faults("_x.scss", ".a { background: rgba(0, 0, 0, 0.5); }") == ["the colour rgba("]
    assert markup.style_faults("_tokens.scss", "$late: #a1261c;") == []


def test_a_class_that_no_sheet_knows_is_caught() -> None:
    assert markup.class_faults('<p class="hy-n hy-n-late hy-nonsense mb-2">', WRITTEN, LOOPS) == ["hy-nonsense"]


def test_every_sentence_has_its_english() -> None:
    assert compile_words.untranslated() == []


def test_every_icon_of_a_template_is_drawn() -> None:
    names = set().union(*(markup.icons(path.read_text(encoding="utf-8")) for path in markup.TEMPLATES))
    assert names
    for name in sorted(names):
        assert "<path" in icon_body(name)


def test_the_front_ends_lock_names_no_address() -> None:
    text = (markup.FRONT / "package-lock.json").read_text(encoding="utf-8")
    assert markup.lock_faults(text) == []
    assert '"integrity": "sha512-' in text
    assert markup.lock_faults('"resolved": "https://example.invalid/x.tgz"') != []


def test_the_public_door_weighs_little() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    script = manifest["src/public.ts"]
    files = [manifest["src/styles/public.scss"]["file"], script["file"]]
    files += [manifest[name]["file"] for name in script.get("imports", [])]
    weight = sum(len(gzip.compress((BUILT / name).read_bytes())) for name in files)
    # 150 kB is allowed for the first page with everything; styles and scripts keep far below it.
    assert weight < 40_000
