"""Who of those in service can sign in already, and who was given a key to."""

from uuid import UUID

from huiyin.core import signin
from huiyin.core.viewer import Viewer
from huiyin.register.models import AccountReset


def of(viewer: Viewer, person_id: UUID) -> signin.Standing | None:
    """How far the account of an official is; None without an account. One question."""
    viewer.need("register.edit")
    return signin.standing_of(person_id)


def asked(viewer: Viewer, person_id: UUID) -> bool:
    """Whether somebody asked that this person's second factor be taken off, and nobody decided yet. One question."""
    viewer.need("register.edit")
    return AccountReset.objects.filter(person_id=person_id, state="asked").exists()
