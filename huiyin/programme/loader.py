"""A county folder in, a rulebook out, or every mistake in it as a sentence. The only file access of this package."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from huiyin.programme import topictree
from huiyin.programme.problems import Problem, ProgrammeError
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.about import About
from huiyin.programme.schema.appraisal import Appraisal
from huiyin.programme.schema.checks import check
from huiyin.programme.schema.contact import Contact
from huiyin.programme.schema.county import County
from huiyin.programme.schema.handbook import Handbook
from huiyin.programme.schema.links import Links
from huiyin.programme.schema.matters import Matters
from huiyin.programme.schema.people import People
from huiyin.programme.schema.places import PlaceFacts
from huiyin.programme.schema.publication import Publication
from huiyin.programme.schema.replies import Replies
from huiyin.programme.schema.rulebook import OPTIONAL, Programme, Rulebook
from huiyin.programme.sheets import decode
from huiyin.programme.words import known, say

Page = TypeVar("Page", bound=BaseModel)

PAGES: dict[str, type[BaseModel]] = {
    "programme": About,
    "matters": Matters,
    "publication": Publication,
    "links": Links,
    "people": People,
    "replies": Replies,
    "places": PlaceFacts,
    "handbook": Handbook,
    "appraisal": Appraisal,
    "contact": Contact,
}
_SIDE_FILES = frozenset({"examples.test.toml", topictree.FILE})

# pydantic's error types, and the sentence each becomes; the rest share one.
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "string_pattern_mismatch": "wrong_pattern",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "literal_error": "not_in_vocabulary",
    "too_short": "too_few",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_big",
    "less_than": "too_big",
}


def county_folder(name: str) -> Path:
    """The folder of a county that comes with the product. Raises ProgrammeError when there is none of that name."""
    folder = Path(str(resources.files("huiyin"))) / "counties" / name
    if not name or Path(name).name != name or not (folder / "county.toml").is_file():
        raise ProgrammeError([Problem(name, "", "no_county")])
    return folder


def counties() -> tuple[str, ...]:
    """Names of the counties that come with the product."""
    folder = Path(str(resources.files("huiyin"))) / "counties"
    return tuple(sorted(path.parent.name for path in folder.glob("*/county.toml")))


def load_county(path: Path) -> Rulebook:
    """Read and check a county folder. Raises ProgrammeError with every problem found."""
    problems: list[Problem] = []
    book = _read_county(path, problems)
    if book is not None:
        problems.extend(check(book))
    if problems or book is None:
        raise ProgrammeError(problems)
    return book


def dump(book: Rulebook) -> str:
    """The canonical text of a rulebook, to be stored whole."""
    return book.canonical()


def restore(text: str) -> Rulebook:
    """The rulebook of a stored text. Its hash equals the one it was stored under.

    Raises ProgrammeError when the text is no rulebook. Cross-page checks are not repeated: what was in force stays
    readable under later, stricter checks.
    """
    try:
        return Rulebook.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise ProgrammeError(_problems("rulebook", error)) from error


def read_toml(path: Path, page: str, problems: list[Problem]) -> dict[str, Any] | None:
    """A TOML file as plain data, or None with a problem noted. `page` is the name used in the sentence."""
    if not path.is_file():
        problems.append(Problem(page, "", "no_file"))
        return None
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        problems.append(Problem(page, "", "toml", {"reason": str(error)[:200]}))
        return None


def validate(shape: type[Page], data: dict[str, Any], page: str, problems: list[Problem]) -> Page | None:
    """`data` in `shape`, or None with the problems noted.

    It goes through JSON so that strict types hold: a number in quotes is refused, a TOML list may become a tuple.
    """
    try:
        return shape.model_validate_json(json.dumps(data, default=_json, allow_nan=True), strict=True)
    except ValidationError as error:
        problems.extend(_problems(page, error))
        return None


def _json(value: object) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _read_county(path: Path, problems: list[Problem]) -> Rulebook | None:
    county = _page(County, path / "county.toml", "county.toml", problems)
    words = read_toml(path / "words.toml", "words.toml", problems) if (path / "words.toml").exists() else {}
    english = read_toml(path / "english.toml", "english.toml", problems) if (path / "english.toml").exists() else {}
    programmes = {folder.name: _programme(folder, problems) for folder in _folders(path)}
    if not programmes:
        problems.append(Problem("programmes", "", "no_programme"))
    whole = {name: programme for name, programme in programmes.items() if programme is not None}
    if county is None or words is None or english is None or len(whole) < len(programmes) or not whole:
        return None
    try:
        return Rulebook(county=county, words=words, programmes=whole, english=english)
    except ValidationError as error:
        problems.extend(_problems("words.toml", error))
        return None


def _folders(path: Path) -> Iterator[Path]:
    yield from sorted(folder for folder in (path / "programmes").glob("*") if folder.is_dir())


def _programme(folder: Path, problems: list[Problem]) -> Programme | None:
    where = f"programmes/{folder.name}"
    for stray in sorted(file.name for file in folder.glob("*")):
        if stray not in _SIDE_FILES and stray.removesuffix(".toml") not in PAGES:
            problems.append(Problem(f"{where}/{stray}", "", "unknown_page"))
    about = _page(About, folder / "programme.toml", f"{where}/programme.toml", problems)
    matters = _page(Matters, folder / "matters.toml", f"{where}/matters.toml", problems)
    publication = _page(Publication, folder / "publication.toml", f"{where}/publication.toml", problems)
    matters = _with_topics(matters, folder / topictree.FILE, f"{where}/{topictree.FILE}", problems)
    before = len(problems)
    more = {name: _if_there(PAGES[name], folder, name, problems) for name in OPTIONAL}
    if about is None or matters is None or publication is None or len(problems) > before:
        return None
    return Programme.model_validate({"about": about, "matters": matters, "publication": publication, **more})


def _with_topics(matters: Matters | None, path: Path, page: str, problems: list[Problem]) -> Matters | None:
    """The page with the tree of topics that lies beside it, if there is one."""
    if matters is None or not path.exists():
        return matters
    try:
        tree = topictree.read(decode(path.read_bytes()))
        problems += [
            Problem(page, "", "topics_line", {"line": one.number, "reason": say(one.code, "zh-Hans", **one.values)})
            for one in tree.faults
        ]
        return topictree.merged(matters, tree.topics)
    except Refused as refused:
        problems.append(Problem(page, "", "toml", {"reason": refused.sentence()}))
    except ValueError:
        problems.append(Problem(page, "", "topic_own_parent"))
    return None


def _if_there(shape: type[Page], folder: Path, name: str, problems: list[Problem]) -> Page | None:
    """A page a programme may do without."""
    path = folder / f"{name}.toml"
    return _page(shape, path, f"programmes/{folder.name}/{name}.toml", problems) if path.exists() else None


def _page(shape: type[Page], path: Path, page: str, problems: list[Problem]) -> Page | None:
    data = read_toml(path, page, problems)
    return None if data is None else validate(shape, data, page, problems)


def _problems(page: str, error: ValidationError) -> Iterable[Problem]:
    return [_problem(page, details) for details in error.errors(include_url=False)]


def _problem(page: str, details: ErrorDetails) -> Problem:
    key = ".".join(str(part) for part in details["loc"] if part != "[key]")
    if details["type"] == "value_error":
        code = str(details["ctx"]["error"])
        return Problem(page, key, code if code in known("problems") else "wrong", {"reason": code})
    code = _CODES.get(details["type"], "wrong")
    given = details["input"]
    values: dict[str, str | int] = {"given": str(given)[:60], "reason": details["msg"]}
    values.update({name: str(value) for name, value in details.get("ctx", {}).items()})
    return Problem(page, key, code, values)
