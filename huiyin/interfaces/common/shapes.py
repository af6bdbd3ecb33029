"""What views hand to the components: plain values, already in the reader's words and already scoped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ClockState = Literal["running", "soon", "overdue", "far_overdue", "paused", "met", "missed", "extended", "not_timed"]
StepState = Literal["done", "now", "next", "late", "paused", "outline"]
WallPart = Literal["ask", "do", "judge", "owe"]


@dataclass(frozen=True)
class ClockFace:
    """A deadline as a shape and words. `share` is the part of the time used, 0 to 1; only a disc shows it."""

    state: ClockState
    share: float
    text: str
    approved_by: str = ""
    """Who approved an extension; shown beside an extended clock."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a matter. `when` and `by` are words ("11月18日 9:42", "沈知秋"), `text` may have line breaks."""

    state: StepState
    title: str
    when: str = ""
    by: str = ""
    text: str = ""


@dataclass(frozen=True)
class WallLine:
    """One line of the echo wall: asked, done, judged or owed. `late` marks an owed line whose date has passed."""

    part: WallPart
    text: str
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number with its base and the way down to its entries."""

    value: str
    label: str
    base: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A saved view: a link, with how many it holds; `more` where there are more than that."""

    label: str
    href: str
    count: int | None = None
    more: bool = False
    here: bool = False


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter that is on (then `href` takes it away) or can be chosen (then `href` turns it on)."""

    label: str
    href: str
    on: bool = False
    icon: str = ""
    here: bool = False


@dataclass(frozen=True, kw_only=True)
class Pager:
    """Keyset paging knows before and after, never a page number. An empty address is a key that cannot be used."""

    text: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One place of the side navigation. `key` is the letter or digit pressed with Alt."""

    label: str
    href: str
    icon: str
    count: str | None = None
    here: bool = False
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class NavGroup:
    """A group of the side navigation; the first has no heading."""

    items: Sequence[NavItem]
    label: str = ""


@dataclass(frozen=True)
class Link:
    """A label and where it leads."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around every page. The context processor puts it into every template as `frame`."""

    county: str = ""
    phone: str = ""
    centre: str = ""
    """Name and hours of the acceptance centre, one line of the public footer."""
    now: datetime | None = None
    language: str = "zh-hans"
    other_language: str = "English"
    other_language_url: str = "?lang=en"
    big: bool = False
    big_url: str = "?big=1"
    demo: bool = False
    shortcuts: bool = True
    """Whether single letters act as shortcuts; a person may switch them off."""
    nav: Sequence[NavGroup] = field(default_factory=tuple)
    person: str = ""
    role: str = ""
    notices: int | None = None
    notices_url: str = ""
    search_url: str = ""
    search: str = ""
    home_url: str = "/"
    desk_url: str = "/desk/"
    signout_url: str = ""
    account_url: str = ""
    acting_for: str = ""
    """Whose powers are used in this session; empty for one's own."""
    acting_back: bool = False
    """Whether there are posts of one's own to go back to."""
    acting_url: str = ""
    """Where to choose whom to act for; empty where nobody lent anything."""
    photo_url: str = ""
    """One's own photo; empty where the county shows none."""
    harassed_url: str = ""
    """Where somebody says that they are harassed or forced (SG-24)."""
    lend_url: str = ""
    """Where to lend one's own post; empty for who holds none."""
    foot: Sequence[Link] = field(default_factory=tuple)
    """The links of the public footer: what is kept, rules, help without a telephone, accessibility."""
    root_hash: str = ""
    """The newest witnessed root of the log, for the public footer."""
