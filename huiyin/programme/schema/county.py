"""county.toml: who the county is and which roles its people have."""

from datetime import time
from functools import cache
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, StringConstraints, field_validator

from huiyin.programme.schema.base import Grown, Language, Level, Name, Prose, Strict, Title

Verb = Literal[
    "matter.open",
    "matter.see",
    "matter.classify",
    "matter.discuss",
    "matter.assign",
    "matter.accept",
    "matter.reply",
    "matter.deliver",
    "matter.supervise",
    "matter.instruct",
    "matter.decide",
    "matter.extend",
    "matter.approve",
    "matter.call_back",
    "matter.reopen",
    "matter.archive",
    "matter.export",
    "matter.reveal",
    "matter.held",
    "matter.publish",
    "matter.trace",
    "register.see",
    "register.edit",
    "register.import",
    "register.correct",
    "register.sensitive",
    "register.erase",
    "programme.see",
    "programme.activate",
    "audit.see",
    "api.token",
    "stats.see",
]

DUTIES: dict[str, tuple[str, ...]] = {
    "accounts": ("register.edit", "register.import", "programme.activate", "api.token"),
    "held": ("matter.held",),
    "audit": ("audit.see",),
}
"""Three that no one person has two of (三员): giving posts, accounts and the method; reading complaints before anybody
has decided about them; auditing both. Verbs of these count from a second person's consent."""
DUTY_OF = {verb: duty for duty, verbs in DUTIES.items() for verb in verbs}

DivisionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
"""A statistical division code: 12 digits, county first (GB/T 2260 and its extension to villages)."""


class Role(Strict):
    """A bundle of verbs; a post gives a role over a place or a body for a period."""

    title: Title
    verbs: tuple[Verb, ...]
    """What people in this role may do, inside the scope of their post."""
    level: Level = "county"
    """The level such posts usually stand on; escalation climbs from it."""

    def duty(self, lent: str = "") -> str:
        """Which of the three duties it gives, or those of its verbs that are lent (a space between); "" for none."""
        only = lent.split()
        return next((DUTY_OF[verb] for verb in self.verbs if verb in DUTY_OF and (not only or verb in only)), "")


class Held(Strict):
    """Who sees a complaint until its subjects are named (SG-01)."""

    role: Name
    """The role that sees held matters; it must have the verb `matter.held`."""
    at_least: Annotated[int, Field(ge=2, le=9)] = 2
    """How many people of different bodies must be able to; never fewer than two."""


class Intake(Strict):
    """What a matter becomes when nobody has classified it yet."""

    programme: Name
    kind: Name


class Photos(Strict):
    """What the county shows of its officials' faces (R-054, R-337). Without it no photo is taken in anywhere.

    Only public posts are ever shown (SG-24), and the official may withdraw theirs at any time.
    """

    years: Annotated[int, Field(ge=1, le=20)] = 3
    """After how many years a photo is due to be taken anew."""
    cards: bool = False
    """Whether contact cards carry it too."""


Saying = Literal["welcome", "ask", "phone", "proxy", "card"]
"""What is said in another language: on the first page, of asking, of calling, of asking through others, on the card."""


class OwnLanguage(Strict):
    """Another language that people of the county speak (SG-50), with the sentences somebody of theirs wrote for it."""

    title: Title
    """As its speakers write it."""
    chinese: Title
    """What it is called in Chinese."""
    spoken: bool = False
    """Whether whoever answers the county's telephone speaks it."""
    says: dict[Saying, Annotated[str, Field(max_length=200)]] = {}
    """Its sentences; what is not written is said in Chinese."""


class Keep(Grown):
    """Months for which what is over is kept, by kind of record (SG-48); 0: for good."""

    LATER: ClassVar[frozenset[str]] = frozenset({"consents", "announcements", "comments"})

    categories: Annotated[int, Field(ge=0, le=240)] = 36
    """Who was in which category, after it ended: past duties of three years can be reckoned anew (R-059)."""
    notes: Annotated[int, Field(ge=0, le=240)] = 60
    """What a section of a household's file said before."""
    corrections: Annotated[int, Field(ge=0, le=240)] = 60
    """What a fact was before it was put right."""
    objections: Annotated[int, Field(ge=0, le=240)] = 36
    """A household's objections, after they were answered."""
    need_looks: Annotated[int, Field(ge=0, le=240)] = 12
    """Households that chance brought up, after somebody looked (SG-15)."""
    reporters: Annotated[int, Field(ge=0, le=600)] = 60
    """Who reported a matter, with numbers, files and messages, and the sides of a dispute, after it ended (R-180). What
    was said and done about it stays."""
    enquiries: Annotated[int, Field(ge=0, le=240)] = 12
    """Who asked by telephone for their official, after they were told."""
    consents: Annotated[int, Field(ge=0, le=240)] = 36
    """What was said of writing to a number, after something else was said (SG-16)."""
    announcements: Annotated[int, Field(ge=0, le=240)] = 12
    """Which households were told of a new official, and the messages, after they were sent or could not be."""
    comments: Annotated[int, Field(ge=0, le=240)] = 3
    """The words of comments that were kept off the wall (R-348); that they were, and why, stays."""


class Unasked(Strict):
    """SMS that somebody gets without having asked for it, such as that their official changed (SG-16)."""

    not_asked: Literal["wait", "write"] = "wait"
    """Whether numbers are written to that nobody has asked about: `wait` for the word of whoever has it, or `write`,
    where telling people is a duty by law."""
    most: Annotated[int, Field(ge=0, le=10)] = 2
    """How many such messages one number gets at most in so many days; 0: none."""
    days: Annotated[int, Field(ge=1, le=366)] = 30


class County(Grown):
    """A county and the people who work in it, as roles."""

    LATER: ClassVar[frozenset[str]] = frozenset(
        {"quiet_from", "quiet_until", "photos", "keep", "pages_a_day", "numbers_a_day", "own_languages", "unasked"}
    )
    name: Title
    short: Title
    """How residents say it."""
    english: Title
    code: DivisionCode
    zone: str = "Asia/Shanghai"
    """The one time zone of the county (IANA name); days and months are cut in it."""
    telephone: Title
    """The number residents ring."""
    hours: Prose = ""
    """When somebody answers it."""
    centre: Title
    """The acceptance centre's name."""
    demo: bool = False
    """An invented county. Only an invented county may carry invented people."""
    languages: tuple[Language, ...] = ("zh-Hans", "en")
    """Of the pages; what is spoken beside them stands in `own_languages`."""
    own_languages: dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], OwnLanguage] = {}
    """By its code (ISO 639): what people of the county speak beside Chinese."""
    ladder: tuple[Level, ...] = ("village", "town", "county")
    """Levels from low to high; what cannot be settled goes to the next."""
    tiers: dict[Name, Title] = {}
    """Rank tiers of officials that rules may refer to (R-051), from high to low; empty: none are kept."""
    roles: Annotated[dict[Name, Role], Field(min_length=1)]
    held: Held
    intake: Intake
    quiet_from: time = time(21)
    """From when in the evening nobody is sent an SMS unasked …"""
    quiet_until: time = time(8)
    """… until when in the morning; the same as `quiet_from` for no quiet hours."""
    unasked: Unasked = Unasked()
    """What residents are sent without having asked."""
    lookups_a_day: Annotated[int, Field(ge=1, le=10_000)] = 200
    """How many times a day one person may look people up outside their own households; each is written down (SG-49)."""
    numbers_a_day: Annotated[int, Field(ge=1, le=10_000)] = 500
    """Of how many different telephone numbers a day one account may see whose they are as it takes words down: more
    than anybody takes calls (SG-49)."""
    pages_a_day: Annotated[int, Field(ge=1, le=10_000)] = 300
    """How many matters a day one account may open that are neither its own nor its body's, and households that are not
    its own (SG-49)."""

    photos: Photos | None = None
    """Photos of those who hold public posts; none where it is left out."""
    keep: Keep = Keep()
    """How long what is over is kept."""

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError("zone_unknown")
        return zone

    @property
    def tz(self) -> ZoneInfo:
        """The county's zone."""
        return ZoneInfo(self.zone)

    def roles_with(self, verb: str) -> tuple[str, ...]:
        """Names of the roles that hold `verb`, in written order."""
        return tuple(name for name, role in self.roles.items() if verb in role.verbs)

    def duty_of(self, role: str, lent: str = "") -> str:
        """As `Role.duty`, of a role by name; "" for one the county does not have."""
        known = self.roles.get(role)
        return known.duty(lent) if known is not None else ""


@cache
def _zones() -> frozenset[str]:
    """Every zone this machine knows; looked up once, since it means walking through a folder of hundreds of files."""
    return frozenset(available_timezones())
