"""What a matter is, apart from what it is about: dimensions that know nothing of each other (AM-29).

Topic, nature and way stand in `matters`; here are the class set of a programme, what the resident is asked for, and how
far it can be solved. A programme that names none of a dimension does not have it.
"""

from typing import Literal, get_args

from huiyin.programme.schema.base import Strict, Title

Dimension = Literal["topic", "nature", "way", "intent", "heading", "handling"]
"""Each is chosen by itself; a kind says which must be there before a matter is handed on."""
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class Intent(Strict):
    """What the resident was asked, or came with: 问政, 问需, 问计 (R-199)."""

    title: Title


class Heading(Strict):
    """One class of the programme's own class set: 民忧, 民怨, 民困, or 湖滨's four (R-198, R-199)."""

    title: Title
    held: bool = False
    """A class for what officials did: choosing it holds the matter like a complaint (SG-01)."""
    ours: bool = False
    """Problems in officials' own work: counted apart from residents' difficulties (R-232)."""
