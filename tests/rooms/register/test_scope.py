"""Scopes: what lies under a place, and never a foreign town."""

from hypothesis import given
from hypothesis import strategies as st

from huiyin.core.viewer import Viewer, merge, subtree
from huiyin.register.rules import codes

digits = st.text("0123456789", min_size=3, max_size=3)
town_codes = st.builds("990101{}000".format, digits.filter(lambda text: text != "000"))
village_codes = st.builds(lambda town, own: town[:9] + own, town_codes, digits.filter(lambda text: text != "000"))
group_codes = st.builds(codes.group, village_codes, st.integers(1, 999))
any_code = st.one_of(town_codes, village_codes, group_codes)


@given(any_code)
def test_every_place_lies_inside_all_that_stands_above_it(code: str) -> None:
    for above in codes.chain(code):
        assert codes.inside(code, above)
        low, high = subtree(above)
        assert low <= code < high


@given(st.lists(any_code, min_size=1, max_size=12), any_code)
def test_a_scope_holds_what_lies_under_its_places_and_nothing_else(places: list[str], asked: str) -> None:
    viewer = Viewer(scopes=merge(subtree(place) for place in places))
    assert viewer.sees(asked) == any(codes.inside(asked, place) for place in places)


@given(st.lists(any_code, min_size=1, max_size=12))
def test_no_scope_reaches_a_foreign_town(places: list[str]) -> None:
    viewer = Viewer(scopes=merge(subtree(place) for place in places))
    own = {place[:9] for place in places}
    for town in range(1, 1000):
        foreign = f"990101{town:03d}"
        if foreign not in own:
            assert not viewer.sees(foreign + "000")
            assert not viewer.sees(foreign + "999")
    assert not viewer.sees("990102101000")
