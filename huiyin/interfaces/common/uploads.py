"""Files that come with a form: bounded while they arrive, judged by their content, refused by name with the reason.

A refused file refuses the form and nothing that was typed is lost; a browser keeps no files, so they are chosen again.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse

from huiyin.casework.rules import files as rules
from huiyin.core import files
from huiyin.core.files import ENDINGS, MEGABYTE, MOST_MEGABYTES, Examined
from huiyin.core.models import StoredFile
from huiyin.core.text import visible
from huiyin.interfaces.common.phrases import language, phrase
from huiyin.programme.refusal import Refused

FIELD = "attached"
BODY_MOST = 110 * MEGABYTE
"""A larger body is refused before it is read (413): five files of the largest kind, and the words beside them."""
OVER = "huiyin_over"
NAMED = 60
ACCEPT = ",".join(ENDINGS.values())


class Bounded(FileUploadHandler):
    """First in the line of handlers: what is over the limit is read away and kept nowhere, the rest of the form stays.

    Leaves the names of such files in `request.huiyin_over`.
    """

    total = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass on what fits. Raises SkipFile for a file that is too large by itself or with those before it."""
        self.total += len(raw_data)
        alone = start + len(raw_data) > MOST_MEGABYTES * MEGABYTE
        if alone or self.total > rules.MOST_MEGABYTES * MEGABYTE:
            self.total -= start + len(raw_data)
            over = getattr(self.request, OVER, [])
            setattr(self.request, OVER, [*over, (self.file_name or "", alone)])
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one make the file."""


@dataclass(frozen=True)
class Sent:
    """What came with a form: files fit to be kept, what is wrong with the others as sentences, and a mark of it all."""

    files: tuple[Examined, ...] = ()
    faults: tuple[str, ...] = ()
    mark: str = ""
    """The same for the same files; part of what "the same form" means. Empty without files."""
    any: bool = False


class FilesInput(forms.ClearableFileInput):
    """A control for several files, as browsers have it; works without script."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class Picked(forms.FileField):
    """The field beside the control: what was sent is read by `sent`, so that a sentence can name each file."""

    def __init__(self, kinds: Collection[str] = tuple(ENDINGS)) -> None:
        accept = ",".join(ENDINGS[kind] for kind in kinds)
        super().__init__(required=False, widget=FilesInput(attrs={"accept": accept, "class": "form-control"}))

    def clean(self, data: Any, initial: Any = None) -> str:
        """Nothing: no file is judged here."""
        return ""


def sent(request: HttpRequest, kinds: Collection[str] = tuple(ENDINGS)) -> Sent:
    """The files of a form, examined. Nothing of it is kept yet."""
    found = request.FILES.getlist(FIELD)
    over: list[tuple[str, bool]] = getattr(request, OVER, [])
    if not found and not over:
        return Sent()
    faults = [_told(name, _too_large(alone=alone)) for name, alone in over]
    if len(found) + len(over) > rules.MOST:
        return Sent(faults=(Refused("files_many", most=rules.MOST).sentence(language()),), any=True)
    good: list[Examined] = []
    mark = hashlib.sha256()
    for one in found:
        data = one.read()
        mark.update(hashlib.sha256(data).digest())
        try:
            good.append(_examined(one, data, kinds))
        except Refused as refused:
            faults.append(_told(one.name or "", refused.sentence(language())))
    return Sent(tuple(good), tuple(faults), mark.hexdigest(), any=True)


def refuse(form: forms.Form, sent_files: Sent) -> bool:
    """Put what is wrong with files at their field. True if something is."""
    if sent_files.faults:
        form.add_error(FIELD, " ".join(sent_files.faults))
    return bool(sent_files.faults)


def handed_out(row: StoredFile | Examined) -> HttpResponse:
    """A kept file as a browser saves it, or one that a key has opened; never shown inside a page of ours.

    Raises Shredded, Damaged; Refused: file_unseen, file_malware_kept.
    """
    answer = HttpResponse(row.data if isinstance(row, Examined) else files.handed(row))
    for name, value in files.download_headers(row).items():
        answer.headers[name] = value
    return answer


def _examined(one: "UploadedFile[Any]", data: bytes, kinds: Collection[str]) -> Examined:
    if not data or set(kinds) == set(ENDINGS):
        return files.examine(one.name or "", data)
    try:
        known = files.kind_of(data) in kinds
    except Refused as refused:
        # A broken office file too is none of the types that are taken here: say which are.
        raise Refused("file_photo_or_pdf", field=FIELD) from refused
    if not known:
        raise Refused("file_photo_or_pdf", field=FIELD)
    return files.examine(one.name or "", data)


def _too_large(*, alone: bool) -> str:
    if alone:
        return Refused("too_large", most=MOST_MEGABYTES).sentence(language())
    return Refused("files_together", most=rules.MOST_MEGABYTES).sentence(language())


def _told(name: str, why: str) -> str:
    return phrase("file_wrong", name=" ".join(visible(name[:NAMED]).split()) or "?", why=why)
