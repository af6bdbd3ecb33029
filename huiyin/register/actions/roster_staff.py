"""Lines of staff against the register: bodies by name, officials by staff number, posts by body, role and place."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.core.models import Official
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.actions.roster_bodies import Standing, new_body, standing_bodies
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.models import OfficialState, Place, Post
from huiyin.register.models.official_states import EVER
from huiyin.register.queries import official_states, powers
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict, judged


class Staff:
    """Some lines of staff, with the bodies and officials they speak of."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.lines, self.day = by, at, lines, day
        self.county = county = current(at).rulebook.county
        self.roles = {name: name for name in county.roles} | {role.title: name for name, role in county.roles.items()}
        self.tiers = {name: name for name in county.tiers} | {title: name for name, title in county.tiers.items()}
        values = [line.values for line, _ in lines]
        self.bodies = standing_bodies(
            {one["body"] for one in values} | {one["parent"] for one in values if one["parent"]}
        )
        numbers = {one["number"] for one in values}
        self.officials = {
            row.number: row for row in Official.objects.filter(number__in=numbers).select_related("person")
        }
        open_ = Place.objects.filter(code__in={one["place"] for one in values}, until=None)
        self.open = frozenset(open_.values_list("code", flat=True))
        self.posts: dict[str, list[Post]] = {}
        duties = powers.others([row.person_id for row in self.officials.values()], day, None, at)
        known = [row.pk for row in self.officials.values()]
        for post in Post.objects.filter(official__in=known, until=None, replaced_at=None, overlay=None):
            self.posts.setdefault(str(post.official_id), []).append(post)
        self.begun = official_states.begun(known)
        self.duties = {str(row.pk): found for row in self.officials.values() if (found := duties.get(row.person_id))}
        """Of officials that give or keep one of the three duties: which, by posts of before and of earlier lines."""
        self.kept: set[UUID] = set()
        """Officials of whom an earlier line has kept what they were."""
        self.new: dict[str, tuple[str, str]] = {}
        """Staff number to name and id of officials that earlier lines have brought."""

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order; a line may name a body that an earlier one has brought."""
        return [judged(self._judged, line.values) for line, _ in self.lines]

    def _judged(self, values: dict[str, Any]) -> Verdict:
        role = self.roles.get(values["role"])
        if role is None:
            raise Refused("role_of_list_unknown", field="role", name=values["role"][:30])
        tier = self.tiers.get(values["tier"], "")
        if values["tier"] and not tier:
            raise Refused("tier_unknown", field="tier")
        if not self.by.sees(values["place"]):
            raise Refused("place_beyond", field="place_code")
        if values["place"] not in self.open:  # it ended since the list was read
            raise Refused("place_closed", field="place_code")
        known, made = self.officials.get(values["number"]), self.new.get(values["number"])
        name = known.person.name if known is not None else made[0] if made else values["name"]
        if name != values["name"]:
            raise Refused("number_other_name", field="number")
        plan = Written(self.day, self.at)
        body = self._body(values, plan)
        official = str(known.pk) if known is not None else made[1] if made else self._official(values, tier, plan)
        if known is not None:
            self._told(known, values, tier, plan)
        self._post(values, role, official, body, plan)
        if not plan:
            return Verdict("same")
        return Verdict("changed" if known is not None and not plan.news.get(Post) else "new", plan=plan)

    def _told(self, known: Official, values: dict[str, Any], tier: str, plan: Written) -> None:
        """What a line says of a known official; what it leaves empty stays."""
        told = {"kind": values["personnel"], "tier": tier, "duty_phone": values["phone"]}
        new = {name: value for name, value in told.items() if value and value != getattr(known, name)}
        if new.keys() & {"kind", "tier"}:
            self._was(known, plan)
        plan.change(known, **new)

    def _was(self, known: Official, plan: Written) -> None:
        """Keep what an official was up to the list's day; what lasted no day is not worth a line."""
        since = self.begun.get(known.pk, EVER)
        if known.pk in self.kept or since >= self.day:
            return
        self.kept.add(known.pk)
        state = {name: getattr(known, name) for name in ("kind", "tier", "status")}
        period = {"since": since.isoformat(), "until": self.day.isoformat(), "recorded_at": plan.moment}
        plan.add(OfficialState, {"id": fresh_id(), "official_id": str(known.pk), **state, **period})

    def _body(self, values: dict[str, Any], plan: Written) -> Standing:
        named = self.bodies.get(values["body"], [])
        here = [one for one in named if one.place_code == values["place"]] or (named if len(named) == 1 else [])
        if here:
            if not self.by.sees(here[0].place_code):
                raise Refused("place_beyond", field="body")
            return here[0]
        if not values["body_kind"]:
            raise Refused("body_kind_missing", field="body_kind", name=values["body"][:30])
        parent = None
        if values["parent"]:
            found = self.bodies.get(values["parent"], [])
            if len(found) != 1:
                raise Refused("parent_of_list_unknown", field="parent", name=values["parent"][:30])
            parent = found[0]
        told = {name: values[name] for name in ("body", "body_kind", "system", "industry")}
        # `since` of such a line is the post's, and its telephone the official's.
        made = new_body(plan, told | {"since": ""}, values["place"], parent)
        self.bodies.setdefault(values["body"], []).append(made)
        return made

    def _official(self, values: dict[str, Any], tier: str, plan: Written) -> str:
        state = {
            "id": fresh_id(),
            "person_id": plan.person(values["name"]),
            "number": values["number"],
            "kind": values["personnel"] or "official",
            "tier": tier,
            "duty_phone": values["phone"],
        }
        self.new[values["number"]] = (values["name"], state["id"])
        return plan.add(Official, state)

    def _post(self, values: dict[str, Any], role: str, official: str, body: Standing, plan: Written) -> None:
        title = values["title"] or values["role"]
        for post in self.posts.get(official, ()):
            if (str(post.body_id), post.role, post.place_code) == (body.id, role, values["place"]):
                if (post.title, post.responsibility) != (title, values["responsibility"]):
                    plan.replace(post, title=title, responsibility=values["responsibility"])
                return
        if duty := self.county.duty_of(role):
            if self.duties.get(official, set()) - {duty}:
                raise Refused("duties_apart", field="role")
            self.duties.setdefault(official, set()).add(duty)
        state = {
            "id": fresh_id(),
            "official_id": official,
            "body_id": body.id,
            "role": role,
            "title": title,
            "place_code": values["place"],
            "responsibility": values["responsibility"],
            "since": values["since"] or self.day.isoformat(),
            "recorded_at": plan.moment,
        }
        plan.add(Post, state)
