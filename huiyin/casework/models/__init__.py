"""The room's tables."""

from huiyin.casework.models.accompaniment import Accompaniment
from huiyin.casework.models.compartment import Challenge, Keyholder, Passkey, SealedKey, SealedText
from huiyin.casework.models.decided import Decided
from huiyin.casework.models.determinations import Determination
from huiyin.casework.models.dismissals import Dismissal
from huiyin.casework.models.drafts import ReplyDraft
from huiyin.casework.models.early import Brief, PetitionCount, Signal
from huiyin.casework.models.feedback import CallBack, Judgement, Reply
from huiyin.casework.models.files import Attachment
from huiyin.casework.models.first_calls import CallTurn, DaySeed
from huiyin.casework.models.inspections import Finding, Improvement, Inspection, InspectionArea, InspectionMember
from huiyin.casework.models.issues import Issue, IssueFigure, IssueMember, IssuePromise, IssueUnit
from huiyin.casework.models.joining import Joining
from huiyin.casework.models.leaves import ExportLeave
from huiyin.casework.models.ledgers import LedgerCut, LedgerNote
from huiyin.casework.models.matters import Clock, Conflict, Extension, Matter, Move, Party
from huiyin.casework.models.mediation import FollowUp, Mediation, MediationMeeting, Side, SideSaid, SideWord
from huiyin.casework.models.nudges import Digest, Nudge
from huiyin.casework.models.onair import Episode, OnAirCall
from huiyin.casework.models.own_numbers import OwnNumber
from huiyin.casework.models.pledges import Pledge
from huiyin.casework.models.promises import Promise
from huiyin.casework.models.rechecks import CallDraw, Recheck
from huiyin.casework.models.reporter_shares import ReporterShare
from huiyin.casework.models.retained import Retention
from huiyin.casework.models.seeking import Seeking
from huiyin.casework.models.sessions import Session, SessionMatter, SessionMember, SessionTask, SessionVote
from huiyin.casework.models.shares import Share
from huiyin.casework.models.suggestions import Adoption
from huiyin.casework.models.supervision import Alarm, Numbered
from huiyin.casework.models.tallies import CaseTally
from huiyin.casework.models.things import Thing

__all__ = [
    "Accompaniment",
    "Adoption",
    "Alarm",
    "Attachment",
    "Brief",
    "CallBack",
    "CallDraw",
    "CallTurn",
    "CaseTally",
    "Challenge",
    "Clock",
    "Conflict",
    "DaySeed",
    "Decided",
    "Determination",
    "Digest",
    "Dismissal",
    "Episode",
    "ExportLeave",
    "Extension",
    "Finding",
    "FollowUp",
    "Improvement",
    "Inspection",
    "InspectionArea",
    "InspectionMember",
    "Issue",
    "IssueFigure",
    "IssueMember",
    "IssuePromise",
    "IssueUnit",
    "Joining",
    "Judgement",
    "Keyholder",
    "LedgerCut",
    "LedgerNote",
    "Matter",
    "Mediation",
    "MediationMeeting",
    "Move",
    "Nudge",
    "Numbered",
    "OnAirCall",
    "OwnNumber",
    "Party",
    "Passkey",
    "PetitionCount",
    "Pledge",
    "Promise",
    "Recheck",
    "Reply",
    "ReplyDraft",
    "ReporterShare",
    "Retention",
    "SealedKey",
    "SealedText",
    "Seeking",
    "Session",
    "SessionMatter",
    "SessionMember",
    "SessionTask",
    "SessionVote",
    "Share",
    "Side",
    "SideSaid",
    "SideWord",
    "Signal",
    "Thing",
]
