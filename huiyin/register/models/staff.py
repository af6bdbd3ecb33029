"""Bodies and posts (R-047 to R-053). People, officials and accounts themselves live in the foundation."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Official, Person
from huiyin.register.models.periods import Dated, period_in_order
from huiyin.register.models.places import Overlay

RESPONSIBILITIES = ("main", "charge", "section", "handler")
"""Four levels of responsibility (R-052): 主要责任人, 分管负责人, 科室负责人, 承办人员."""

PERSONNEL = ("official", "agent", "village_police", "group_head", "committee_member")
"""Kinds of personnel (R-053): career officials, agents, village police, heads of groups, members of committees."""

STATUSES = ("in_office", "probation", "dispatched", "transferred", "left")
"""How an official stands in service (R-050)."""

WORKING = ("in_office", "probation")
"""Those who are there and take households: on probation, too."""

HEADS = ("main", "charge")
"""Levels under which a body's subordinate bodies stand."""


class Body(Kept):
    """An organisation (R-047), in a system in which it is ranked (R-048); also projects and enterprises (R-049)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=30)
    place_code = models.CharField(max_length=15, db_index=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    system = models.CharField(max_length=60, blank=True, default="")
    industry = models.CharField(max_length=20, blank=True, default="")
    """In the office's words: 教育, 卫生 (R-045). Of bodies only; nothing is kept of what trade a resident is in."""
    phone = models.CharField(max_length=30, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    pinyin = models.CharField(max_length=300, blank=True, default="")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            period_in_order("body_period_in_order"),
            models.UniqueConstraint(
                fields=["name", "place_code"], condition=Q(until__isnull=True), name="one_body_of_a_name"
            ),
        ]


class BodyName(Kept):
    """What a body was called before: a name of a day stays the name of that day (AM-47). Today's stands in the body."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField()

    class Meta:
        constraints = [period_in_order("body_name_period_in_order")]


class BodyAbove(Kept):
    """A body and one that stands above it, at any height; each body stands above itself at height 0."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="line")
    above = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="under")
    height = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "above"], name="one_line_each")]


class Post(Dated):
    """An official's post in a body for a period: a role (county.toml) over a place or over an overlay's villages.

    Someone with no post on a day may do nothing on that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="posts")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=60)
    title = models.CharField(max_length=60)
    place_code = models.CharField(max_length=15, db_index=True)
    overlay = models.ForeignKey(Overlay, on_delete=models.PROTECT, null=True, related_name="posts")
    responsibility = models.CharField(
        max_length=10, default="handler", choices=[(name, name) for name in RESPONSIBILITIES]
    )
    listed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            period_in_order("post_period_in_order"),
            models.CheckConstraint(condition=Q(responsibility__in=RESPONSIBILITIES), name="post_responsibility_known"),
            models.UniqueConstraint(
                fields=["official", "body", "role", "place_code"],
                condition=Q(until__isnull=True, replaced_at__isnull=True, overlay__isnull=True),
                name="one_open_post_each",
            ),
        ]


TOLD = ("hours", "work")
"""What residents are told of an official in words: when they can be reached, what they are in charge of (R-054)."""


class DutyHours(Dated):
    """What residents read of an official: `hours` 周一至周五 8:30–17:30, `work` 分管农业、水利。"""

    id = models.UUIDField(primary_key=True, default=uuid7)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="duty_hours")
    what = models.CharField(max_length=8, default="hours")
    words = models.CharField(max_length=120)

    class Meta:
        constraints = [
            period_in_order("duty_hours_period_in_order"),
            models.CheckConstraint(condition=Q(what__in=TOLD), name="duty_words_known"),
            models.UniqueConstraint(
                fields=["official", "what"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="one_word_on_duty_hours",
            ),
        ]


class Delegation(Dated):
    """A post's powers, or some of them, lent to another person for a period. Every event then names both."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegated")
    verbs = models.TextField()
    """Verbs with a space between; empty: all of the post's role."""

    class Meta:
        constraints = [period_in_order("delegation_period_in_order")]


class StaffEdition(Kept):
    """A key that changes with every change of bodies, posts, delegations, kin: what was read under it may be kept."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    key = models.UUIDField()
