"""What is hot and what keeps coming back, by rule alone."""

from huiyin.casework.rules.hot import Cell, change, hot, recurrent, worst
from tests.rows import row


@row("R-420")
def test_hot_is_much_and_more_than_usual_and_wide_before_narrow() -> None:
    cells = [
        Cell("a", "water", 4, 4, 4, 0),
        Cell("b", "water", 2, 0, 2, 0),
        Cell("a", "roads", 5, 20, 9, 0),
        Cell("a", "power", 2, 0, 2, 0),
        Cell("a", "", 9, 0, 9, 0),
        Cell("a", "land", 5, 0, 5, 0),
    ]
    found = hot(cells)
    assert [(one.topic, one.now, one.usual) for one in found] == [("water", 6, 1.0), ("land", 5, 0.0)]
    assert found[0].villages == (("a", 4), ("b", 2))
    assert (found[0].times, found[1].times) == (6.0, None)


@row("R-422")
def test_three_of_a_kind_in_one_village_keep_coming_back() -> None:
    cells = [Cell("a", "water", 0, 0, 3, 1), Cell("b", "water", 1, 0, 2, 0), Cell("a", "roads", 1, 0, 7, 0)]
    assert [(one.village, one.topic) for one in recurrent(cells)] == [("a", "roads"), ("a", "water")]


def test_change_and_the_worst_lack() -> None:
    assert (change(6, 5), change(4, 5), change(3, 0)) == (0.2, -0.2, None)
    assert worst({"replied": (5, 9), "solved": (3, 5), "called": (4, 4)}) == "replied"
    assert worst({"replied": (4, 4)}) == ""
