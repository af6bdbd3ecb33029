"""Household files, categories, objections, erasures."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Fact):
    """Somebody asked that a person be erased; subject: the erasure. `reason` is a code."""

    NAME: ClassVar[str] = "register.erasure_asked"
    person: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ErasureDeclined(Fact):
    """A second person decided against an erasure; subject: the erasure."""

    NAME: ClassVar[str] = "register.erasure_declined"
    person: str


@dataclass(frozen=True, kw_only=True)
class ErasureDecided(Fact):
    """A second person decided for an erasure; the worker carries it out. Subject: the erasure."""

    NAME: ClassVar[str] = "register.erasure_decided"
    person: str


@dataclass(frozen=True, kw_only=True)
class PersonErased(Fact):
    """A person's rows were emptied or taken out; subject: the person. Their keys go as soon as this is written."""

    NAME: ClassVar[str] = "register.person_erased"
    erasure: str
    reason: str
    rows: int
    household: str


@dataclass(frozen=True, kw_only=True)
class ErasureCertified(Fact):
    """The certificate: keys are destroyed, files are off the disk; subject: the erasure."""

    NAME: ClassVar[str] = "register.erasure_certified"
    person: str
    keys: int
    rows: int
    files: int


@dataclass(frozen=True, kw_only=True)
class CategoryEntered(Fact):
    """A household or somebody in it was entered in a category; subject: the household. Which one is not told."""

    NAME: ClassVar[str] = "register.category_entered"
    membership: str
    programme: str


@dataclass(frozen=True, kw_only=True)
class CategoryReviewed(Fact):
    """Somebody looked whether a category still holds; subject: the household."""

    NAME: ClassVar[str] = "register.category_reviewed"
    membership: str
    before: str


@dataclass(frozen=True, kw_only=True)
class CategoryEnded(Fact):
    """A category ended: by hand (`hand`), with its matter (`matter`), by its office after a hearing (`office`).

    Subject: the household."""

    NAME: ClassVar[str] = "register.category_ended"
    membership: str
    why: str


@dataclass(frozen=True, kw_only=True)
class FactCorrected(Fact):
    """A fact of a household's file was wrong and was put right; subject: the household. Neither value is told."""

    NAME: ClassVar[str] = "register.fact_corrected"
    fact: str
    person: str


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Fact):
    """A section of a household's file was written anew; subject: the household."""

    NAME: ClassVar[str] = "register.note_written"
    section: str


@dataclass(frozen=True, kw_only=True)
class FileKeyMade(Fact):
    """A household was given a key to its own file; subject: the household."""

    NAME: ClassVar[str] = "register.file_key_made"
    until: str


@dataclass(frozen=True, kw_only=True)
class ObjectionMade(Fact):
    """A household objects to its file, or wants it corrected; subject: the household."""

    NAME: ClassVar[str] = "register.objection_made"
    objection: str
    about: str
    due: str


@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(Fact):
    """An objection was answered; subject: the household."""

    NAME: ClassVar[str] = "register.objection_answered"
    objection: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class RecordsForgotten(Fact):
    """Rows that were over for longer than the county keeps them were deleted; subject: the kind of record (SG-48)."""

    NAME: ClassVar[str] = "register.records_forgotten"
    rows: int


@dataclass(frozen=True, kw_only=True)
class NeedLookDrawn(Fact):
    """Chance brought a household up, to be looked at in case it was left out of support; subject: the household."""

    NAME: ClassVar[str] = "register.need_look_drawn"
    look: str


@dataclass(frozen=True, kw_only=True)
class NeedLookAnswered(Fact):
    """Somebody looked at a household that chance had brought up; `found`: it had been left out. Subject: it."""

    NAME: ClassVar[str] = "register.need_look_answered"
    look: str
    found: bool


@dataclass(frozen=True, kw_only=True)
class ReliefGiven(Fact):
    """What some households were given was written down; subject: the list. Amounts stand with the households."""

    NAME: ClassVar[str] = "register.relief_given"
    households: int


@dataclass(frozen=True, kw_only=True)
class ReliefStruck(Fact):
    """A household was given nothing of a list after all; subject: the household."""

    NAME: ClassVar[str] = "register.relief_struck"
    relief: str
