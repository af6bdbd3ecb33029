"""A matter, who is in it, what was done with it and by when it is owed."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Self, cast
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from huiyin.core.frozen import OUTER, Among, Frozen
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.questions import filled
from huiyin.core.sealed import sealed_column
from huiyin.core.viewer import Near, Viewer
from huiyin.register.queries import conflict

OPEN = Q(closed_at__isnull=True, held=False, sealed=False)
"""Matters that somebody still owes something; the small part of the table that most pages read."""
ORDINARY = Q(held=False, sealed=False)
"""Matters that stand in lists; by their order all of them, ended ones too, are walked until a page is full."""
ASIDE = Q(held=True) | Q(sealed=True)
"""Matters that only the few who hold them read."""
TO_RING = Q(state="answered", closed_at__isnull=True, held=False, sealed=False)
"""Matters whose residents are to be asked, in the order in which they are."""

COUNTED = (
    *("id", "state", "due_at", "closed_at", "held", "sealed"),
    *("handler_id", "supervisor_id", "caller_id", "owner_body_id"),
    *("programme", "topic", "nature", "history"),
)
"""What counting open matters reads beside the place: PostgreSQL finds all of it in the index."""

WAITED = (
    *("id", "due_at", "closed_at", "held", "sealed"),
    *("handler_id", "supervisor_id", "caller_id", "owner_body_id"),
)
"""What counting matters that wait for somebody reads beside state and place."""

LISTED_ASIDE = (
    *("held", "sealed", "closed_at", "place_code", "code", "held_why", "state"),
    *("handler_id", "supervisor_id", "caller_id"),
)
"""What the list of held and sealed matters reads: they lie scattered among a hundred times as many."""

ABOUT = frozenset({"subject", "suspected"})
"""Kinds of conflicts that name whom a matter is, or may be, about."""

KIN = "family"
"""The kind of a conflict that keeps out family of a side once its dispute is locked and nobody knows the sides."""

WHOLE = Q(kind__in=tuple(sorted(ABOUT)))
"""Conflicts that bind everybody near the person, not only the person."""


def _distinct(one: str, other: str) -> models.CheckConstraint:
    """Handler, supervisor and caller are different persons, also where a rule forgot (SG-32)."""
    name = f"{one.removesuffix('_id')}_is_not_{other.removesuffix('_id')}"
    either_empty = Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True})
    return models.CheckConstraint(condition=either_empty | ~Q(**{one: models.F(other)}), name=name)


def own_dispute(viewer: Viewer) -> Q:
    """Matters that are a dispute one side of which is the viewer, or whom they act for, or family of either (R-221).

    As a set of ids, not for each row: disputes are few.
    """
    family, day = conflict.near(viewer).family, viewer.day
    if not family or day is None:
        return Q(pk__in=[])

    def disputes(*values: UUID | date) -> models.QuerySet[Any, Any]:
        """The disputes, of marks in the place of the viewer's family and day."""
        sides = apps.get_model("casework", "Side")._default_manager
        marked = _marked(values).but(near=Near(family=frozenset(one for one in values if isinstance(one, UUID))))
        return sides.filter(conflict.of_family(marked)).values("mediation__matter_id")

    values: list[UUID | date] = [*filled(family), day]
    return Q(Among(models.F("pk"), shape=("matter.dispute", len(values)), values=values, make=disputes))


def _readers(viewer: Viewer) -> list[UUID]:
    """The viewer's person, and whom they act for."""
    return [one for one in (viewer.person_id, viewer.on_behalf_of) if one is not None]


def _marked(values: Sequence[UUID | date]) -> Viewer:
    """A viewer of marks: one or two persons, then a day or none."""
    persons = [one for one in values if isinstance(one, UUID)]
    days = [one for one in values if not isinstance(one, UUID)]
    return Viewer(
        person_id=persons[0],
        on_behalf_of=persons[1] if len(persons) > 1 else None,
        day=days[0] if days else None,
    )


class MatterQuerySet(KeptQuerySet["Matter"]):
    """The only doors to matters: conflict of interest first, then scope (house.md §6.10)."""

    def unbound(self, viewer: Viewer) -> Self:
        """Without the matters about the viewer, about people of their bodies, or whom they act for (SG-01), and without
        the disputes of their family, also those they handle and are still to hand back (R-221).

        Computed at every read from the posts of today and of the matter's day.
        """
        if viewer.everything:
            return self
        readers = _readers(viewer)
        if not readers:
            return self
        if viewer.day is None:
            return self.exclude(self._once_near(viewer, readers))
        viewer = conflict.stood(viewer)
        near = conflict.near(viewer)
        rows = self.exclude(MatterQuerySet._near_today(readers, near.today))
        rows = rows.exclude(own_dispute(viewer))
        # Only who stood near somebody on another day needs the matter's own day to be asked.
        return rows.exclude(self._once_near(viewer, readers)) if near.once else rows

    @staticmethod
    def _near_today(readers: list[UUID], near: frozenset[UUID]) -> Frozen:
        """Conflicts that name a reader, or bind all who stand near the person named."""

        def about(*values: UUID) -> models.QuerySet["Conflict"]:
            """The matter's conflicts that bind, of marks in the place of the readers and those near them."""
            named = Q(person_id__in=values[: len(readers)])
            if near:
                named |= WHOLE & Q(person_id__in=values[len(readers) :])
            return Conflict.objects.filter(named, matter=OUTER)

        values = [*readers, *filled(near)]
        return Frozen(models.F("pk"), shape=("matter.near", len(readers), len(values)), values=values, make=about)

    @staticmethod
    def _once_near(viewer: Viewer, readers: list[UUID]) -> Frozen:
        """The whole rule, with the posts of the matter's day; it takes long to plan."""

        def about(*values: UUID | date) -> models.QuerySet["Conflict"]:
            """The matter's conflicts that bind, of marks in the place of the viewer's persons and day."""
            return conflict.binding(_marked(values), Conflict.objects.filter(matter=OUTER), whole=WHOLE)

        values: list[UUID | date] = [*readers, *([viewer.day] if viewer.day else [])]
        shape = "matter.unbound", len(readers), viewer.day is None
        return Frozen(models.F("pk"), shape=shape, values=values, make=about)

    def visible_to(self, viewer: Viewer) -> Self:
        """Ordinary matters in the viewer's scope, of their bodies, or in their hands. Held and sealed ones never."""
        return self.filter(self._ordinary(viewer)).unbound(viewer)

    def in_wrong_hands(self, viewer: Viewer) -> Self:
        """Disputes, sealed ones too, that the viewer handles though a side turned out to be their family (R-221)."""
        kept = Conflict.objects.filter(person_id__in=viewer.persons, kind=KIN).values("matter_id")
        return self.filter(own_dispute(viewer) | Q(pk__in=kept), handler_id__in=viewer.persons, held=False)

    def to_hand_back(self, viewer: Viewer) -> Self:
        """Those of them that are not about the viewer or theirs: by code, to be handed back and nothing else."""
        about = Conflict.objects.filter(matter=OuterRef("pk")).exclude(kind=KIN)
        return self.in_wrong_hands(viewer).exclude(Exists(conflict.binding(viewer, about, whole=WHOLE)))

    def traced_by(self, viewer: Viewer) -> Self:
        """Ordinary matters of the viewer's scope, for who may only look back at who held them: an auditor reads none of
        their words, names or answers, and of what is held, sealed or about themselves not that it is there.
        """
        if not viewer.may("matter.trace"):
            return self.none()
        return self.filter(viewer.scope("place_code"), held=False, sealed=False).unbound(viewer)

    def sealed_to(self, viewer: Viewer) -> Self:
        """Held and sealed matters for those who hold them: county dispatchers, and whom the matter names."""
        return self.filter(self._aside(viewer)).unbound(viewer)

    def reachable_by(self, viewer: Viewer) -> Self:
        """Whatever page of one matter the viewer may open; the union of both."""
        return self.filter(self._ordinary(viewer) | self._aside(viewer)).unbound(viewer)

    def readable_by(self, viewer: Viewer) -> Self:
        """The same and what the viewer was called on for (`Share`): to be read, and no step taken. Of matters that are
        not the viewer's the pages show neither who said it nor what only its own people do.
        """
        return self.filter(self._ordinary(viewer) | self._aside(viewer) | self._shared(viewer)).unbound(viewer)

    def shared_with(self, viewer: Viewer) -> Self:
        """Only what the viewer was called on for."""
        return self.filter(self._shared(viewer)).unbound(viewer)

    def chosen(self, many: int) -> Self:
        """The first `many` of these in their order, chosen by what the index holds before any row is read.

        Of thousands of open matters a page shows two dozen; the rows of the others lie all over the table.
        """
        order = self.query.order_by
        names = [str(name).lstrip("-") for name in order]
        notes = {name: note for name, note in self.query.annotations.items() if name in names}
        ids = self.values("pk")[:many]
        return cast(Self, Matter.objects.filter(pk__in=ids).annotate(**notes).order_by(*order))

    @classmethod
    def _ordinary(cls, viewer: Viewer) -> Q:
        rows = Q(held=False, sealed=False)
        if viewer.everything:
            return rows
        if not viewer.may("matter.see"):
            return Q(pk__in=[])
        return rows & (viewer.scope("place_code") | cls._in_hand(viewer))

    @classmethod
    def _aside(cls, viewer: Viewer) -> Q:
        rows = Q(held=True) | Q(sealed=True)
        if viewer.everything:
            return rows
        mine = cls._parts(viewer) & Q(held=False)
        if viewer.may("matter.held"):
            mine |= viewer.scope("place_code")
        return rows & mine

    @staticmethod
    def _shared(viewer: Viewer) -> Q:
        """As a set of ids, not for each row: few matters are shared with anybody."""
        if not viewer.may("matter.see"):
            return Q(pk__in=[])
        shares = apps.get_model("casework", "Share")._default_manager
        mine = Q(body_id__in=viewer.body_ids) | Q(person_id__in=viewer.persons)
        found = shares.filter(mine, ended_at__isnull=True).values("matter_id")
        return Q(pk__in=found, held=False, sealed=False)

    @staticmethod
    def _parts(viewer: Viewer) -> Q:
        if viewer.person_id is None:
            return Q(pk__in=[])
        me = viewer.person_id
        return Q(handler_id=me) | Q(supervisor_id=me) | Q(caller_id=me)

    @classmethod
    def _in_hand(cls, viewer: Viewer) -> Q:
        return cls._parts(viewer) | Q(owner_body_id__in=viewer.body_ids)


MatterManager = models.Manager.from_queryset(MatterQuerySet)


class Matter(Kept):
    """What a resident said, seen through to an answer (R-169, R-170).

    `code` identifies (8 random digits and a check digit); `proof_key` finds the proof that opens it and is an HMAC of
    it. `due_at` is the nearest open clock's, kept here for lists; `order_at` the same, or since when nothing is due.
    Topic, nature, way, intent, heading (the programme's own class), handling and level know nothing of each other
    (AM-29). `deadline_on` is the day its responsible person named (R-226).
    `withdraw_at`: the resident takes it back, and it ends then unless they change their mind.
    `earlier` is the one it was asked for after, which had ended too long ago: it counts as taken up once more.
    `version` counts changes, so that two people acting at once learn of each other. `history` marks matters imported
    from before: no notices, alerts or scores. `lock_key` is the public key its words are closed for since it is locked;
    `reporter_key` the one whose private half the proof stands for.
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"withdraw_at", "earlier"})

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=9, unique=True)
    proof_key = models.BinaryField(max_length=16, null=True)
    rulebook = models.ForeignKey("core.RulebookVersion", on_delete=models.PROTECT)
    programme = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=60)
    place_code = models.CharField(max_length=15)
    title = models.CharField(max_length=200)
    text = models.TextField()
    nature = models.CharField(max_length=60, blank=True, default="")
    topic = models.CharField(max_length=60, blank=True, default="")
    way = models.CharField(max_length=60, blank=True, default="")
    intent = models.CharField(max_length=60, blank=True, default="")
    heading = models.CharField(max_length=60, blank=True, default="")
    handling = models.CharField(max_length=60, blank=True, default="")
    level = models.CharField(max_length=20, default="village")
    deadline_on = models.DateField(null=True)
    state = models.CharField(max_length=20)
    before = models.CharField(max_length=20, blank=True, default="")
    held = models.BooleanField(default=False)
    held_why = models.CharField(max_length=60, blank=True, default="")
    sealed = models.BooleanField(default=False)
    history = models.BooleanField(default=False)
    external_id = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 - unique, and mostly absent
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    local_day = models.DateField()
    due_at = models.DateTimeField(null=True)
    order_at = models.DateTimeField()
    due_provisional = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdraw_at = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    earlier = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later", db_index=False)
    first_asked_id = models.UUIDField(null=True)
    owner_body_id = models.UUIDField(null=True)
    handler_id = models.UUIDField(null=True)
    supervisor_id = models.UUIDField(null=True)
    caller_id = models.UUIDField(null=True)
    reasonable = models.BooleanField(null=True)
    reasonable_why = models.TextField(blank=True, default="")
    reasonable_by_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    lock_key = models.BinaryField(max_length=32, null=True)
    reporter_key = models.BinaryField(max_length=32, null=True)

    objects: ClassVar[MatterManager["Matter"]] = MatterManager()

    @property
    def locked(self) -> bool:
        """Whether its words stand in the sealed compartment only, under keys of people (`models.compartment`)."""
        return self.lock_key is not None

    class Meta:
        constraints = [
            _distinct("handler_id", "supervisor_id"),
            _distinct("handler_id", "caller_id"),
            _distinct("supervisor_id", "caller_id"),
        ]
        indexes = [
            models.Index(fields=["order_at", "id"], name="matter_open", condition=OPEN),
            models.Index(fields=["opened_at", "id"], name="matter_open_newest", condition=OPEN),
            models.Index(fields=["place_code", "order_at"], include=COUNTED, name="matter_open_place", condition=OPEN),
            models.Index(fields=["state", "place_code"], include=WAITED, name="matter_open_state", condition=OPEN),
            models.Index(fields=["order_at", "id"], name="matter_order", condition=ORDINARY),
            models.Index(fields=["opened_at", "id"], name="matter_opened"),
            models.Index(fields=["place_code", "opened_at"], name="matter_place_opened"),
            models.Index(fields=["place_code", "closed_at"], name="matter_place_closed"),
            models.Index(fields=["owner_body_id", "order_at"], name="matter_body"),
            models.Index(fields=["handler_id", "order_at"], name="matter_handler"),
            models.Index(fields=["handler_id"], name="matter_in_hand", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["order_at", "id"], name="matter_to_ring", condition=TO_RING),
            models.Index(fields=["supervisor_id", "order_at"], name="matter_supervisor"),
            models.Index(fields=["caller_id", "order_at"], name="matter_caller"),
            models.Index(fields=["withdraw_at"], name="matter_taken_back", condition=Q(withdraw_at__isnull=False)),
            models.Index(fields=["earlier"], name="matter_asked_afresh", condition=Q(earlier__isnull=False)),
            models.Index(fields=["proof_key"], name="matter_proof"),
            models.Index(fields=["opened_at"], name="matter_aside", condition=ASIDE),
            models.Index(
                fields=["opened_at", "id"],
                include=LISTED_ASIDE,
                name="matter_aside_open",
                condition=ASIDE & Q(closed_at__isnull=True),
            ),
        ]


class Party(Kept):
    """Somebody in a matter. Name and phone are under the matter's own key; the blind index finds earlier matters.

    `erase_at_end`: an erasure was decided while the matter was open; name and number go when it ends (SG-48).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=20, default="reporter")
    disclosure = models.CharField(max_length=20, default="named")
    accompaniment = models.BooleanField(default=False)
    name = models.BinaryField(null=True)
    phone = models.BinaryField(null=True)
    phone_blind = models.BinaryField(max_length=16, null=True, db_index=True)
    last_four = models.BinaryField(max_length=16, null=True)
    erase_at_end = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["matter"], name="party_to_erase", condition=Q(erase_at_end=True))]


sealed_column(Party, "name", table="casework.party", subject=lambda party: f"matter:{party.matter_id}")
sealed_column(Party, "phone", table="casework.party", subject=lambda party: f"matter:{party.matter_id}")


class Move(Kept):
    """One step of a matter: who, when, from what to what, with what result. Written once (R-171)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="moves")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=20)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    on_behalf_of_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=40, blank=True, default="")
    body_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    note = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "seq"], name="one_move_each")]
        ordering = ["seq"]


class Clock(Kept):
    """A deadline of a matter. Its due moment moves later only by an Extension or a named pause, never silently."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="clocks")
    name = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=20)
    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    met_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    pause_until = models.DateTimeField(null=True)
    pause_used = models.PositiveSmallIntegerField(default=0)
    warned_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    silent = models.BooleanField(default=False)

    class Meta:
        ordering = ["started_at", "id"]
        indexes = [
            models.Index(
                fields=["warn_at"],
                name="clock_to_warn",
                condition=Q(met_at__isnull=True, ended_at__isnull=True, warned_at__isnull=True, silent=False),
            ),
            models.Index(
                fields=["due_at"],
                name="clock_to_fall",
                condition=Q(met_at__isnull=True, ended_at__isnull=True, overdue_at__isnull=True, silent=False),
            ),
            models.Index(fields=["pause_until"], name="clock_to_go_on", condition=Q(paused_at__isnull=False)),
        ]


class Extension(Kept):
    """More time: asked for with a reason, decided by a second person, told to the resident."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="extensions")
    amount = models.PositiveSmallIntegerField()
    reason = models.TextField()
    asked_by_id = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    new_due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["clock"], name="extension_undecided", condition=Q(decided_at__isnull=True))]


class Conflict(Kept):
    """A person who never sees a matter: whom it is about (`subject`), may be about while it is held (`suspected`),
    who stands too near to it (`recused`), or was family of a side when its dispute was locked (`family`)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="conflicts")
    person_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20, default="subject")
    named_by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "person_id"], name="one_conflict_each")]
