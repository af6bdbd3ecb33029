"""Compile the translations in Python: no gettext programs are needed.

Messages are written in Simplified Chinese in the templates. English stands in `locale/en/LC_MESSAGES/django.po` of each
app; Traditional Chinese is made from the Chinese messages by OpenCC. Compiled files are never committed.

`--extract` adds new messages of the templates to each English catalogue with an empty translation and takes out those
that are gone; `--check` exits 1 and names what is not translated.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "huiyin"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = "# English of this door. The messages are the Chinese sentences of its templates.\n#"

Key = tuple[str | tuple[str, str], str | None]
"""Message (with its plural, if it has one) and context."""


def main(arguments: Sequence[str]) -> int:
    """0 done, 1 something is not translated, 2 wrong usage."""
    if len(arguments) > 1 or not set(arguments) <= {"--check", "--extract"}:
        sys.stderr.write("usage: python -m tools.compile_words [--check | --extract]\n")
        return 2
    if arguments == ["--check"]:
        problems = untranslated()
        for problem in problems:
            sys.stderr.write(f"{problem}\n")
        return int(bool(problems))
    if arguments == ["--extract"]:
        for app in apps():
            print(f"words: {app.relative_to(ROOT)} {update(app)} new", flush=True)
        return 0
    for app in apps():
        compile_app(app)
    return 0


def apps() -> Iterator[Path]:
    """Every folder under huiyin/ that has templates or a catalogue."""
    found = {path.parent for name in ("templates", "locale") for path in SOURCE.rglob(name) if path.is_dir()}
    return iter(sorted(found))


def po_path(app: Path) -> Path:
    """The English catalogue of an app."""
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def read(app: Path) -> Catalog:
    """The English catalogue, empty when there is none yet."""
    path = po_path(app)
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def used(app: Path) -> list[Key]:
    """The messages of an app's templates and Python files, in the order of files and lines, each once."""
    # Django is asked for nothing but how its templates read; it wants settings for that.
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    found: dict[Key, None] = {}
    for path in sorted([*(app / "templates").rglob("*.html"), *(app / "templates").rglob("*.txt"), *app.rglob("*.py")]):
        text = path.read_text(encoding="utf-8")
        # What Django makes of a template has no meaningful indentation, which the tokenizer would stumble over.
        source = text if path.suffix == ".py" else "\n".join(line.strip() for line in templatize(text).splitlines())
        for _, message, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            key = tuple(message) if isinstance(message, (tuple, list)) else message
            found.setdefault((key, context), None)  # type: ignore[arg-type]  # babel types a message as any tuple
    return list(found)


def update(app: Path) -> int:
    """Write the English catalogue anew: used messages only, translations kept. Gives how many are new."""
    old, new, added = read(app), Catalog(locale="en", header_comment=HEADER, fuzzy=False), 0
    for key, context in used(app):
        known = old.get(key[0] if isinstance(key, tuple) else key, context)
        new.add(key, known.string if known else None, context=context)
        added += known is None
    if len(new) == 0:
        return 0
    path = po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, omit_header=False, width=0)
    strip_dates(path)
    return added


def strip_dates(path: Path) -> None:
    """Keep only the header lines that mean something; the others change at every run."""
    kept = ('"Content-Type', '"Plural-Forms', '"Language:', '"MIME-Version', '"Content-Transfer')
    lines = path.read_text(encoding="utf-8").splitlines()
    end = lines.index("") if "" in lines else len(lines)
    head = [line for line in lines[:end] if not line.startswith('"') or line.startswith(kept)]
    path.write_text("\n".join([*head, *lines[end:]]) + "\n", encoding="utf-8")


def untranslated() -> list[str]:
    """A line for each message without English, and for each catalogue entry that no template uses."""
    problems = []
    for app in apps():
        catalogue, name = read(app), app.relative_to(ROOT)
        wanted = used(app)
        for key, context in wanted:
            message = key[0] if isinstance(key, tuple) else key
            known = catalogue.get(message, context)
            if known is None or not complete(known):
                problems.append(f"{name}: no English for “{message}”; python -m tools.compile_words --extract")
        plain = {(key[0] if isinstance(key, tuple) else key, context) for key, context in wanted}
        for entry in catalogue:
            identity = entry.id[0] if isinstance(entry.id, tuple) else entry.id
            if identity and (identity, entry.context) not in plain:
                problems.append(f"{name}: nothing says “{identity}” any more; python -m tools.compile_words --extract")
    return problems


def complete(message: Message) -> bool:
    """Whether every form of a message is translated."""
    forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(forms) and (not isinstance(message.id, tuple) or len(forms) == 2)


def compile_app(app: Path) -> None:
    """Write the English and the Traditional Chinese catalogue of an app as Django reads them."""
    catalogue = read(app)
    if len(catalogue) == 0:
        return
    write(catalogue, po_path(app).with_suffix(".mo"))
    write(traditional(catalogue), app / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.mo")


def traditional(catalogue: Catalog) -> Catalog:
    """The same messages in Traditional Chinese, made from the Chinese messages themselves."""
    from opencc import OpenCC

    convert = OpenCC("s2t").convert
    made = Catalog(locale="zh_Hant")
    for message in catalogue:
        if message.id:
            text = convert(str(message.id[0] if isinstance(message.id, tuple) else message.id))
            made.add(message.id, (text,) if isinstance(message.id, tuple) else text, context=message.context)
    return made


def write(catalogue: Catalog, path: Path) -> None:
    """Write a compiled catalogue, if it is another than the one there."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != buffer.getvalue():
        path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
