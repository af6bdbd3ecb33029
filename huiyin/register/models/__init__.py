"""The tables of `register`: who and where. Opened by this room only."""

from huiyin.register.models.imports import HeaderChoice, HeldLine, ImportRun, StagedPart
from huiyin.register.models.links import Kin, Link
from huiyin.register.models.people import Household, Identity, Phone, Resident
from huiyin.register.models.places import Overlay, OverlayPlace, Place, PlaceSuccession
from huiyin.register.models.rounds import Handover, LinkExclusion, LinkProposal, LinkRound, LinkWish
from huiyin.register.models.staff import Body, BodyAbove, Delegation, Post, StaffEdition

__all__ = [
    "Body",
    "BodyAbove",
    "Delegation",
    "Handover",
    "HeaderChoice",
    "HeldLine",
    "Household",
    "Identity",
    "ImportRun",
    "Kin",
    "Link",
    "LinkExclusion",
    "LinkProposal",
    "LinkRound",
    "LinkWish",
    "Overlay",
    "OverlayPlace",
    "Phone",
    "Place",
    "PlaceSuccession",
    "Post",
    "Resident",
    "StaffEdition",
    "StagedPart",
]
