"""Who of those in service can sign in already, and who was given a key to."""

from uuid import UUID

from huiyin.core import signin
from huiyin.core.viewer import Viewer


def of(viewer: Viewer, person_id: UUID) -> signin.Standing | None:
    """How far the account of an official is; None without an account. One question."""
    viewer.need("register.edit")
    return signin.standing_of(person_id)
