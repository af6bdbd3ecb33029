"""The tables of `register`: who and where. Opened by this room only."""

from huiyin.register.models.access import AccountReset, AccountTold
from huiyin.register.models.announcements import Announcement
from huiyin.register.models.body_states import BodyState
from huiyin.register.models.cards import Card, Enquiry, HandbookCopy, PrintRun
from huiyin.register.models.coverage import CoverCount, CoverLed, CoverLoad, CoverMark
from huiyin.register.models.erasure import Erased, Erasure
from huiyin.register.models.files import Correction, FileKey, FileNote, Membership, Objection, Removal
from huiyin.register.models.findable import Findable
from huiyin.register.models.imports import HeaderChoice, HeldLine, ImportRun, StagedPart
from huiyin.register.models.kit import KitGiven
from huiyin.register.models.links import Kin, Link
from huiyin.register.models.need import NeedLook
from huiyin.register.models.official_states import OfficialState
from huiyin.register.models.overlay_changes import OverlayChange, OverlayHousehold
from huiyin.register.models.people import (
    Abode,
    Departure,
    Household,
    HouseholdSuccession,
    Identity,
    Phone,
    PhoneConsent,
    Resident,
)
from huiyin.register.models.phones import PhoneCount, PhoneMark
from huiyin.register.models.places import (
    Overlay,
    OverlayPlace,
    Place,
    PlaceChange,
    PlaceFact,
    PlaceShape,
    PlaceSuccession,
)
from huiyin.register.models.portraits import Portrait
from huiyin.register.models.powers import PowerGrant
from huiyin.register.models.relief import Relief, ReliefList
from huiyin.register.models.remits import Remit
from huiyin.register.models.rounds import Handover, LinkDraft, LinkExclusion, LinkProposal, LinkRound, LinkWish
from huiyin.register.models.staff import Body, BodyAbove, BodyName, Delegation, DutyHours, Post, StaffEdition
from huiyin.register.models.ties import Tie

__all__ = [
    "Abode",
    "AccountReset",
    "AccountTold",
    "Announcement",
    "Body",
    "BodyAbove",
    "BodyName",
    "BodyState",
    "Card",
    "Correction",
    "CoverCount",
    "CoverLed",
    "CoverLoad",
    "CoverMark",
    "Delegation",
    "Departure",
    "DutyHours",
    "Enquiry",
    "Erased",
    "Erasure",
    "FileKey",
    "FileNote",
    "Findable",
    "HandbookCopy",
    "Handover",
    "HeaderChoice",
    "HeldLine",
    "Household",
    "HouseholdSuccession",
    "Identity",
    "ImportRun",
    "Kin",
    "KitGiven",
    "Link",
    "LinkDraft",
    "LinkExclusion",
    "LinkProposal",
    "LinkRound",
    "LinkWish",
    "Membership",
    "NeedLook",
    "Objection",
    "OfficialState",
    "Overlay",
    "OverlayChange",
    "OverlayHousehold",
    "OverlayPlace",
    "Phone",
    "PhoneConsent",
    "PhoneCount",
    "PhoneMark",
    "Place",
    "PlaceChange",
    "PlaceFact",
    "PlaceShape",
    "PlaceSuccession",
    "Portrait",
    "Post",
    "PowerGrant",
    "PrintRun",
    "Relief",
    "ReliefList",
    "Remit",
    "Removal",
    "Resident",
    "StaffEdition",
    "StagedPart",
    "Tie",
]
