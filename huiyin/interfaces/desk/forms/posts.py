"""The forms of posts: one put right, another given, somebody appointed; and a link that ends."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import ClassVar

from django import forms

from huiyin.interfaces.common import typed as read
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once, Plain, Typed, line
from huiyin.programme.refusal import Refused
from huiyin.programme.words import labels

NONE = ("", "—")

LACKING = {
    "name": "post_name_missing",
    "number": "post_number_missing",
    "role": "post_role_missing",
    "title": "post_title_missing",
    "body": "post_body_missing",
}
"""What is said of a field in which nothing is written: each its own sentence, as they stand together on top."""


class CorrectPostForm(Once):
    """What a post is really called and from when until when it was held."""

    title = Plain(line(maxlength="60"))
    since = Plain(line(type="date"))
    until = Plain(line(type="date"))

    def days(self) -> tuple[date, date | None]:
        """From when until when. Raises Refused("not_a_date")."""
        return read.needed_day(self.value("since"), field="since"), read.dated(self.value("until"), field="until")


class PostForm(Once):
    """Another post: as what, called what, with which responsibility, from when."""

    role = Plain(forms.Select())
    title = Plain(line(maxlength="60"))
    responsibility = Plain(forms.Select())
    since = Plain(line(type="date"))

    def lay_out(self, roles: Mapping[str, str]) -> None:
        """Offer the roles of the county and the four responsibilities."""
        self.offer("role", [NONE, *roles.items()])
        self.offer("responsibility", labels("responsibility", language()).items())

    def lacks(self, *names: str) -> bool:
        """Say at each of these fields that nothing is written, all at once; whether there is one."""
        missing = [name for name in names if not self.value(name).strip()]
        for name in missing:
            self.refuse(Refused(LACKING[name], field=name))
        return bool(missing)

    def known(self) -> None:
        """Raises Refused("value_unknown") for a choice that was not offered."""
        for name in ("role", "responsibility", "kind", "tier"):
            if name in self.fields and self.value(name) not in {
                "",
                *(one for one, _ in self[name].field.widget.choices),
            }:
                raise Refused("value_unknown", field=name)

    def day(self) -> date | None:
        """From which day; None for today. Raises Refused("not_a_date")."""
        return read.dated(self.value("since"), field="since")


class MovePostForm(PostForm):
    """To which body."""

    shown_at: ClassVar[Mapping[str, str]] = {"body_id": "body", "until": "since"}
    body = Plain(line(maxlength="60"))
    which = Plain(forms.Select())

    def offer_bodies(self, found: Iterable[tuple[str, str]]) -> None:
        """The bodies of the name that was typed."""
        self.offer("which", [NONE, *found])


class AppointForm(PostForm):
    """Whom: somebody new by name and staff number, or who serves already by the number."""

    shown_at: ClassVar[Mapping[str, str]] = {"person_id": "number"}
    name = Plain(line(maxlength="60"))
    number = Plain(line(maxlength="30"))
    kind = Plain(forms.Select())
    tier = Plain(forms.Select())
    duty_phone = Plain(line(maxlength="20", inputmode="tel"))

    def lay_out(self, roles: Mapping[str, str], tiers: Mapping[str, str] | None = None) -> None:
        """Also the kinds of personnel and the county's tiers."""
        super().lay_out(roles)
        self.offer("kind", labels("personnel", language()).items())
        self.offer("tier", [NONE, *(tiers or {}).items()])


class AccessForm(Typed):
    """What the account of somebody who has none is to be called; why somebody is to be let in again."""

    shown_at: ClassVar[Mapping[str, str]] = {"person_id": "username"}
    username = Plain(line(maxlength="60", autocapitalize="none", spellcheck="false"))
    reason = Plain(line(maxlength="200"))


class EndLinkForm(Once):
    """Why a link ends, and from which day on."""

    why = Plain(forms.Select())
    until = Plain(line(type="date"))

    def lay_out(self) -> None:
        """Offer the reasons."""
        self.offer("why", [NONE, *labels("link_ends", language()).items()])
