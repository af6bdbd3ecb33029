"""What processes keep of the register lives as long as its edition."""

from huiyin.core.ids import uuid7
from huiyin.register.models import StaffEdition


def new_edition() -> None:
    """Tell every process that what it keeps of places, bodies, posts and kin is old; inside an action."""
    StaffEdition(id=1, key=uuid7()).save()
