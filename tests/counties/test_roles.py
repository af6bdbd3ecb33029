"""Each document's county works by roles of its own: no role of another county, nor a power of one, has to be lent."""

import pytest

from huiyin.programme.loader import county_folder, load_county
from tests.walks.county import FIVE

NAMED = {
    # county: role: a word by which the document names it
    "zoucheng-2013": {"clerk": "坐席", "supervisor": "具体督办人", "handler": "具体承办人"},
    "yishui-2013": {"official": "联系干部", "supervisor": "专项督查组", "caller": "专项督查组"},
    "hubin": {"official": "首访人", "supervisor": "管区书记", "leader": "书记"},
    "ziyang-2014": {"clerk": "便民服务热线", "supervisor": "后台监管", "caller": "社情民意调查中心"},
    "yongxing-2014": {"official": "工作组成员", "dispatcher": "组长", "head": "主要领导"},
}
"""What the documents call who does a part; their own lines stand as comments beside the roles."""


@pytest.mark.parametrize("name", FIVE)
def test_every_step_of_every_flow_is_in_the_power_of_a_role_of_the_countys_own(name: str) -> None:
    book = load_county(county_folder(name))
    given = {verb for role in book.county.roles.values() for verb in role.verbs}
    for programme in book.programmes.values():
        for key, flow in programme.matters.flows.items():
            beyond = {step.name for step in flow.steps if step.by and step.by not in given}
            assert not beyond, (name, key, beyond)


@pytest.mark.parametrize("name", FIVE)
def test_who_the_document_names_is_called_as_it_calls_them(name: str) -> None:
    roles = load_county(county_folder(name)).county.roles
    assert {role: words for role, words in NAMED[name].items() if words not in roles[role].title} == {}


@pytest.mark.parametrize("name", FIVE)
def test_a_matter_that_went_to_the_wrong_unit_can_come_back_and_be_decided(name: str) -> None:
    book = load_county(county_folder(name))
    for programme in book.programmes.values():
        for key, flow in programme.matters.flows.items():
            steps = {step.name: step for step in flow.steps}
            assert {"transfer", "decide"} <= set(steps), (name, key)
            assert "note" in steps["transfer"].needs and "reason" in steps["decide"].needs
