"""A county's rulebook: its county page and any number of programmes, stored whole under one hash."""

import hashlib
import json
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from huiyin.programme.schema import english as in_english
from huiyin.programme.schema.about import About, Undertaking
from huiyin.programme.schema.appraisal import Appraisal
from huiyin.programme.schema.base import Grown, Name, Prose, Strict, Title
from huiyin.programme.schema.contact import Contact
from huiyin.programme.schema.county import County
from huiyin.programme.schema.handbook import Handbook
from huiyin.programme.schema.links import Links
from huiyin.programme.schema.matters import Flow, Kind, Matters
from huiyin.programme.schema.people import People
from huiyin.programme.schema.places import PlaceFacts
from huiyin.programme.schema.publication import Publication
from huiyin.programme.schema.replies import Replies
from huiyin.programme.words import label

_NO_REPLIES = Replies()


OPTIONAL = ("links", "people", "replies", "places", "handbook", "appraisal", "contact")
"""Pages a programme may do without."""


class Programme(Strict):
    """One programme: a folder with one page per concern."""

    about: About
    matters: Matters
    publication: Publication
    links: Links | None = None
    """Who looks after whom; a programme of matters alone has no such page."""
    people: People | None = None
    """Categories of households and persons; a programme may do without."""
    replies: Replies | None = None
    """Texts and checks of answers; a programme may do without."""
    places: PlaceFacts | None = None
    """What is known of places; a programme may do without."""
    handbook: Handbook | None = None
    """Questions and answers for every household; a programme may do without."""
    appraisal: Appraisal | None = None
    """How units and people are appraised; a programme may do without."""

    contact: Contact | None = None
    """Days on which somebody can be met, and how much contact is asked; a programme may do without."""

    @model_serializer(mode="wrap")
    def _as_stored(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Pages a programme does not have are not written: a text stored before they existed keeps its hash."""
        written: dict[str, Any] = write(self)
        for name in OPTIONAL:
            if getattr(self, name) is None:
                written.pop(name)
        return written


class Rulebook(Grown):
    """Everything that is in force in a county at one moment."""

    LATER: ClassVar[frozenset[str]] = frozenset({"english"})
    format: int = 1
    """Of the stored text; raised when a later version must read an older one differently."""
    county: County
    words: dict[str, dict[str, dict[str, Title]]] = {}
    """The county's own labels: language, label group, key."""
    programmes: Annotated[dict[Name, Programme], Field(min_length=1)]
    english: dict[str, Prose] = {}
    """What the pages say in Chinese, and how that is said in English; a word that is not there stays Chinese."""

    def told(self, language: str) -> "Rulebook":
        """The pages as a reader of a language reads them: for showing, never for keeping or for matching.

        `hash` stays that of the stored text.
        """
        return self.as_in_english if language == "en" and self.english else self

    @cached_property
    def as_in_english(self) -> "Rulebook":
        """The same with every word of `english` in its place, however long it is."""
        pages = {name: in_english.told(getattr(self, name), self.english, (name,)) for name in ("county", "programmes")}
        book = Rulebook.model_construct(format=self.format, words=self.words, **pages)
        book.__dict__["hash"] = self.hash
        return book

    @property
    def without_english(self) -> list[str]:
        """Words that English pages show in Chinese, each once, in the order of the pages."""
        return list(dict.fromkeys(keys[-1] for keys in self._said() if self.english.keys().isdisjoint(keys)))

    @property
    def english_of_nothing(self) -> list[str]:
        """What `english` tells and no page says."""
        said = {key for keys in self._said() for key in keys}
        return [word for word in self.english if word not in said]

    def _said(self) -> list[tuple[str, ...]]:
        return [*in_english.words(self.county), *in_english.words(self.programmes)]

    def canonical(self) -> str:
        """The one JSON text of this rulebook, which is stored and hashed: no spaces, UTF-8 characters as they are.

        Fields stand in the order of their classes and tables in the order they were written, because that is the order
        of display. Store it as text: a JSON column of a database may reorder keys.
        """
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical text, in hex."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @cached_property
    def undertakings(self) -> dict[str, Undertaking]:
        """Tasks and projects of all programmes that something can be tied to, by `programme.key`."""
        return {
            f"{name}.{one.key}": one
            for name, programme in self.programmes.items()
            for one in programme.about.undertakings
            if one.key
        }

    def matters(self, programme: str) -> Matters:
        """The matters page of a programme. Raises KeyError for an unknown programme."""
        return self.programmes[programme].matters

    def kind(self, programme: str, kind: str) -> Kind:
        """A kind of matter. Raises KeyError when unknown."""
        return self.matters(programme).kinds[kind]

    def flow(self, programme: str, kind: str) -> Flow:
        """The flow of a kind of matter. Raises KeyError when unknown."""
        return self.matters(programme).flow_of(kind)

    def replies(self, programme: str) -> Replies:
        """The page of answers of a programme, or what holds where it has none. Raises KeyError when unknown."""
        return self.programmes[programme].replies or _NO_REPLIES

    def outcome(self, programme: str, meaning: str, code: str, language: str = "zh-Hans") -> str:
        """How a call ended, in the programme's words for `code`; where it has none, in those for what it counts as."""
        own = self.replies(programme).calls.outcome(code) if code else None
        return own.title if own else self.label("outcome", meaning, language)

    def label(self, group: str, key: str, language: str = "zh-Hans") -> str:
        """A label in the county's own words, or the product's."""
        return label(group, key, language, self.words)
