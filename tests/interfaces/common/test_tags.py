"""The tags: states, clocks, steps, fields. What a person sees and what a person hears."""

from typing import Any

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from huiyin.interfaces.common.assets import NotBuilt, built_url, icon_body
from huiyin.interfaces.common.clocks import LOOKS, draw, sector
from huiyin.interfaces.common.phrases import _table
from huiyin.interfaces.common.shapes import Chip, ClockFace, ClockState, Figure, Pager, Step, Tab, WallLine
from huiyin.programme.words import labels


def shown(source: str, **context: Any) -> str:
    """A piece of template, rendered."""
    return Template("{% load i18n hy %}" + source).render(Context(context))


@pytest.mark.parametrize("key", labels("state"))
def test_a_state_is_shown_with_colour_icon_and_word(key: str) -> None:
    html = shown('{% badge "state" key %}', key=key)
    assert labels("state")[key] in html
    assert 'class="hy-b hy-b-' in html
    assert "<svg" in html
    assert 'aria-hidden="true"' in html


@pytest.mark.parametrize("key", labels("evidence"))
def test_every_kind_of_evidence_is_shown(key: str) -> None:
    assert labels("evidence")[key] in shown('{% badge "evidence" key %}', key=key)


@pytest.mark.parametrize("key", ["meets", "below", "indeterminate", "not_shown", "not_measured", "under_appeal"])
def test_every_verdict_is_shown_in_both_languages(key: str) -> None:
    chinese = shown('{% badge "verdict" key %}', key=key)
    with translation.override("en"):
        english = shown('{% badge "verdict" key %}', key=key)
    assert chinese != english


def test_indeterminate_is_neutral_and_confirmed_is_green() -> None:
    assert "hy-b-outline" in shown('{% badge "verdict" "indeterminate" %}')
    assert "hy-b-done" in shown('{% badge "evidence" "confirmed" %}')


def test_a_county_may_rename_a_state_and_the_colour_stays() -> None:
    html = shown('{% badge "state" "working" "正在跑腿" %}')
    assert "正在跑腿" in html
    assert "hy-b-go" in html


def test_words_of_people_are_escaped_in_every_tag() -> None:
    evil = "<script>x</script>"
    pieces = [
        shown('{% mark words "ink" "flag" %}', words=evil),
        shown("{% clock face %}", face=ClockFace("running", 0.2, evil)),
        shown("{% clock face %}", face=ClockFace("extended", 0.2, "x", evil)),
        shown("{% steps items %}", items=[Step(state="now", title=evil, when=evil, by=evil, text=evil)]),
        shown("{% wbpq lines %}", lines=[WallLine("ask", evil)]),
        shown('{% notice "soon" title=words %}{{ words }}{% endnotice %}', words=evil),
        shown('{% blank "empty" title=words %}{{ words }}{% endblank %}', words=evil),
        shown("{% figures items %}", items=[Figure(value=evil, label=evil, base=evil, href=evil)]),
        shown("{% chips items %}", items=[Chip(label=evil, href=evil, on=True)]),
        shown("{% views items evil %}", items=[Tab(label=evil, href=evil)], evil=evil),
        shown("{% kbd words %}{{ words|code }}{{ words|phone }}{{ words|nowrap }}", words=evil),
    ]
    assert all("<script>" not in piece for piece in pieces)


@pytest.mark.parametrize(
    "source", ['{% badge "mood" "x" %}', '{% mark "x" "pink" %}', '{% notice "loud" %}{% endnotice %}']
)
def test_an_unknown_look_is_refused(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        shown(source)


@pytest.mark.parametrize("state", LOOKS)
def test_a_clock_has_shape_and_words(state: Any) -> None:
    html = shown("{% clock face %}", face=ClockFace(state, 0.4, "还有 4 天"))
    assert "还有 4 天" in html
    assert "hy-c-shape" in html


def test_within_is_round_and_over_is_square() -> None:
    within: list[ClockState] = ["running", "soon", "paused", "met", "extended", "not_timed"]
    over: list[ClockState] = ["overdue", "far_overdue", "missed"]
    assert all("<circle" in draw(ClockFace(state, 0.4, ""))[0] for state in within)
    assert all("<rect" in draw(ClockFace(state, 1, ""))[0] for state in over)
    assert not any("<circle" in draw(ClockFace(state, 1, ""))[0] for state in over)


def test_the_disc_fills_with_the_share_of_time_used() -> None:
    assert sector(0) == ""
    assert "10 10V4.1" in sector(0.25)
    assert "15.90 10.00" in sector(0.25)
    assert " 1 1 " in sector(0.75)
    assert "<circle" in sector(1)
    assert sector(7) == sector(1)
    assert sector(-1) == sector(0)


def test_an_extension_names_who_approved_it() -> None:
    html = shown("{% clock face %}", face=ClockFace("extended", 0.6, "延到 12月2日", "郑岚"))
    assert "郑岚批准" in html


def test_steps_are_heard_as_well_as_seen() -> None:
    html = shown("{% steps items %}", items=[Step(state="late", title="答复"), Step(state="next", title="回访")])
    assert "没按时" in html
    assert html.count("<li") == 2


def test_many_steps_fold_their_middle() -> None:
    items = [Step(state="done", title=f"第{number}步") for number in range(9)]
    html = shown("{% steps items fold=3 %}", items=items)
    assert "<details" in html
    assert "中间还有 5 步" in html
    assert all(item.title in html for item in items)
    assert "<details" not in shown("{% steps items fold=3 %}", items=items[:4])


def test_the_four_signs_have_a_long_form_for_those_who_listen() -> None:
    html = shown("{% wbpq lines %}", lines=[WallLine("ask", "停水"), WallLine("owe", "换泵", late=True)])
    assert "大家问的" in html
    assert "is-owe-late" in html


def test_the_pager_keeps_its_place_when_there_is_nothing_before() -> None:
    html = shown("{% pager page %}", page=Pager(text="约 214 件", after="?after=x"))
    assert 'aria-disabled="true"' in html
    assert 'href="?after=x"' in html


def test_the_busy_block_tells_that_something_is_coming() -> None:
    assert 'role="status"' in shown('{% blank "busy" title="正在取…" %}{% endblank %}')


class Ask(forms.Form):
    """A form as the public page asks."""

    text = forms.CharField(label="什么事", help_text="一句话也行", widget=forms.Textarea)
    phone = forms.RegexField(r"^1\d{10}$", label="手机号", error_messages={"invalid": "手机号少了 1 位，请再看一下"})
    way = forms.ChoiceField(
        label="怎么答复", choices=[("call", "打电话"), ("none", "自己查")], widget=forms.RadioSelect
    )


def test_a_field_is_label_hint_error_control_in_that_order_and_tied_together() -> None:
    form = Ask({"text": "停水", "phone": "199", "way": "call"})
    html = shown("{% field form.phone %}", form=form)
    assert "手机号少了 1 位" in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_phone-error"' in html
    html = shown("{% field form.text %}", form=form)
    assert html.index("<label") < html.index("一句话也行") < html.index("<textarea")
    assert 'aria-describedby="id_text-hint"' in html


def test_what_was_typed_is_never_lost_when_something_is_missing() -> None:
    html = shown(
        "{% errors form %}{% field form.text %}", form=Ask({"text": "三组停水", "phone": "199", "way": "call"})
    )
    assert "三组停水" in html
    assert "还差 1 处" in html
    assert 'href="#id_phone"' in html
    assert "data-focus-first" in html


class Twice(forms.Form):
    """Two places of which the same is said."""

    name = forms.CharField(label="姓名", error_messages={"required": "还没有写。"})
    where = forms.CharField(label="在哪里", error_messages={"required": "还没有写。"})
    when = forms.CharField(label="哪天", error_messages={"required": "还没有选日子。"})


def test_one_sentence_twice_in_the_summary_says_of_which_place_each_time() -> None:
    html = shown("{% errors form %}", form=Twice({}))
    assert ">姓名：还没有写。</a>" in html
    assert ">在哪里：还没有写。</a>" in html
    assert ">还没有选日子。</a>" in html


def test_radios_of_a_pick_have_one_size_whatever_the_form_said_of_them() -> None:
    form = forms.Form()
    form.fields["how"] = forms.ChoiceField(choices=[("a", "念给本人听")], widget=forms.RadioSelect)
    assert 'class="form-check-input"' in shown("{% pick form.how %}", form=form)


def test_a_form_that_is_right_has_no_summary() -> None:
    assert "hy-errors" not in shown("{% errors form %}", form=Ask())


def test_picking_shows_the_consequence_of_each_choice() -> None:
    html = shown(
        "{% pick form.way lines=lines keys=keys %}", form=Ask(), lines={"none": "给您一个查询码"}, keys={"call": "1"}
    )
    assert html.count('type="radio"') == 2
    assert "给您一个查询码" in html
    assert "<kbd" in html
    assert "<legend>" in html


def test_a_link_from_the_summary_leads_to_the_group_of_choices() -> None:
    form = Ask({"text": "x", "phone": "19900001200"})
    assert 'href="#id_way"' in shown("{% errors form %}", form=form)
    assert 'id="id_way"' in shown("{% pick form.way %}", form=form)


def test_an_icon_is_silent_unless_it_stands_alone() -> None:
    assert 'aria-hidden="true"' in shown('{% icon "lock" %}')
    assert 'role="img" aria-label="锁"' in shown('{% icon "lock" title="锁" %}')


def test_what_is_not_built_says_which_command_builds_it() -> None:
    with pytest.raises(NotBuilt, match="build_front"):
        icon_body("no-such-icon")
    with pytest.raises(NotBuilt, match="make setup"):
        built_url("nothing.css")


def test_built_names_carry_their_hash() -> None:
    assert built_url("desk.css").startswith("/static/built/desk-style-")
    assert built_url("public.js").endswith(".js")


def test_bars_have_their_width_in_the_drawing_not_in_a_style() -> None:
    html = shown("{% bar 0.5 late=0.25 %}")
    assert 'width="25.00"' in html
    assert "style=" not in html


def test_both_languages_know_the_same_phrases() -> None:
    chinese, english = _table("zh-Hans"), _table("en")
    assert set(english) - set(chinese) == {"months"}
    assert set(chinese) - set(english) == set()


def test_what_is_fixed_is_drawn_once_in_each_language() -> None:
    inside = '<p>{% translate "查找" %}{% kbd "/" %}{% icon "x" %}</p>'
    template = Template(f"{{% load i18n hy %}}{{% fixed %}}{inside}{{% endfixed %}}")
    chinese = template.render(Context())
    with translation.override("en"):
        english = template.render(Context())
    assert chinese == template.render(Context({"words": "x"})) == shown(inside)
    assert chinese != english


@pytest.mark.parametrize(
    "changing",
    [
        "{{ name }}",
        "{% if name %}x{% endif %}",
        "{% csrf_token %}",
        "{% translate name %}",
        '{% translate "查找" as words %}',
        "{% icon name %}",
        '{% url "desk:matter" name %}',
        '{% include "common/parts/messages.html" %}',
        '{% badge "state" "working" %}',
    ],
)
def test_nothing_that_changes_can_stand_in_what_is_fixed(changing: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="cannot stand"):
        shown(f"{{% fixed %}}{changing}{{% endfixed %}}", name="x")
