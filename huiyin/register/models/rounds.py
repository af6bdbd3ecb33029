"""Rounds of assignment: what was asked, what is proposed household by household, what came of it; and hand-overs."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Official
from huiyin.register.models.links import Link
from huiyin.register.models.people import Household
from huiyin.register.models.periods import Dated, period_in_order
from huiyin.register.rules.consents import TELL

ROUND_STATES = ("asked", "proposed", "confirming", "confirmed", "withdrawn")
UNDER_WAY = ("asked", "proposed", "confirming")

HOME_WHY = ("empty_house", "away_long", "collective", "declined")
STAFF_WHY = ("sick_leave", "secondment", "study", "retiring")
"""Why a household, and why an official, stays out of rounds (R-064); a note beside it is in people's own words."""
EXCLUDED_WHY = (*HOME_WHY, *STAFF_WHY)

HANDOVER_WHY = ("transfer", "leave", "retired", "rotation", "other")


class LinkRound(Kept):
    """A round of assignment for a place and everything under it, under one pairing of a programme (R-063).

    `rulebook` is the version whose loads it was made with. `figures` are the counts of the proposal, `shortages` its
    certificate; `digest` commits to every line that was proposed, so that what is confirmed is what was looked at.
    `tell` is whom whoever confirmed it chose to tell by SMS.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    programme = models.CharField(max_length=60)
    pairing = models.CharField(max_length=60)
    rulebook = models.ForeignKey("core.RulebookVersion", on_delete=models.PROTECT)
    place_code = models.CharField(max_length=15)
    state = models.CharField(max_length=12, default="asked")
    since = models.DateField()
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField(null=True)
    proposed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    shortages = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    tell = models.CharField(max_length=6, default="moved")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ROUND_STATES), name="link_round_state_known"),
            models.CheckConstraint(condition=Q(tell__in=TELL), name="link_round_tell_known"),
            models.UniqueConstraint(
                fields=["programme", "pairing"], condition=Q(state__in=UNDER_WAY), name="one_link_round_at_a_time"
            ),
        ]


class LinkDraft(models.Model):
    """A round that is being drawn up: by whom (a process, by a fresh id for each beginning), and when they wrote last.
    What another had begun counts for nothing. No kept row: it is gone once the round is presented.
    """

    round = models.OneToOneField(LinkRound, on_delete=models.PROTECT, primary_key=True, related_name="draft")
    hand = models.UUIDField()
    at = models.DateTimeField()


class LinkProposal(models.Model):
    """One household of a round: who leads now, who would. Drawn up by the hundred thousand, so it is no kept row: the
    round's `digest` commits to all of them at once, and each change by hand is an event of its own.
    """

    # no index of its own: PostgreSQL, which knows nothing yet of a round just drawn up, took it for what is not done
    # and sorted the whole round for each batch (340,000 households: 419 s to carry out; 74 s by `proposal_open`)
    round = models.ForeignKey(LinkRound, on_delete=models.PROTECT, related_name="proposals", db_index=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="proposals")
    place_code = models.CharField(max_length=15)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="proposals")
    before = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, related_name="proposals")
    by_hand = models.BooleanField(default=False)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "household"], name="one_proposal_each")]
        indexes = [
            models.Index(fields=["round", "place_code", "id"], name="proposal_place"),
            models.Index(fields=["round", "official"], name="proposal_official"),
            models.Index(fields=["round", "id"], name="proposal_open", condition=Q(done=False)),
        ]


class LinkWish(Dated):
    """A household wishes another official; nobody asks why, and nothing but this is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="wishes")
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="wished_away")

    class Meta:
        constraints = [
            period_in_order("link_wish_period_in_order"),
            models.UniqueConstraint(
                fields=["household", "official"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="one_wish_each",
            ),
        ]


class LinkExclusion(Dated):
    """A household or an official that rounds leave out for a while, with the reason, listed openly (R-064)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="exclusions")
    official = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="exclusions")
    why = models.CharField(max_length=20)
    note = models.CharField(max_length=200, blank=True, default="")
    by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            period_in_order("link_exclusion_period_in_order"),
            models.CheckConstraint(condition=Q(why__in=EXCLUDED_WHY), name="link_exclusion_why_known"),
            models.CheckConstraint(
                condition=Q(household__isnull=True, official__isnull=False)
                | Q(household__isnull=False, official__isnull=True),
                name="link_exclusion_of_one",
            ),
        ]


class Handover(Kept):
    """An official's links passed to successors on a day (R-094). `successor` takes what is no household's.

    `villages` is null where the whole of them passed. Where a list or a round moved households to other leads, it says
    for each village in which the official leads nobody any more which person took most: only matters from there pass.
    `matters_at` is when the open matters had new owners; until then a matter's page names both.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="handovers")
    successor = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="taken_over")
    why = models.CharField(max_length=12)
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    links = models.PositiveIntegerField(default=0)
    matters = models.PositiveIntegerField(default=0)
    matters_at = models.DateTimeField(null=True)
    villages = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(official=models.F("successor")), name="handover_to_another"),
            models.CheckConstraint(condition=Q(why__in=HANDOVER_WHY), name="handover_why_known"),
        ]
        indexes = [models.Index(fields=["at"], name="handover_open", condition=Q(matters_at__isnull=True))]
