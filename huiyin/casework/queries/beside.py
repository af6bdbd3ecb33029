"""What stands beside a matter on its page: whom it called on, what is kept, its number; asked where there is some."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from huiyin.casework.models import Matter, Numbered, Retention, Share
from huiyin.casework.queries import retained, shares, supervision
from huiyin.casework.rules.shares import PART_OF
from huiyin.core.viewer import Viewer

KEPT = frozenset({"retain_proposed", "retain"})


@dataclass(frozen=True)
class Beside:
    """The rows; names of persons and bodies are filled in with those of the page."""

    shares: Sequence[Share]
    kept: Sequence[Retention]
    numbers: Sequence[Numbered]

    @property
    def persons(self) -> set[UUID]:
        """Whose names they show."""
        named = shares.persons_of(self.shares) | retained.persons_of(self.kept)
        return named | supervision.persons_of(self.numbers)

    @property
    def bodies(self) -> set[UUID]:
        """Which bodies they name."""
        rows: tuple[Share | Retention, ...] = (*self.shares, *self.kept)
        return {row.body_id for row in rows if row.body_id}


def of(viewer: Viewer, matter: Matter, steps: Collection[str], *, guest: bool) -> Beside:
    """At most three queries, none for a matter with none of these steps."""
    taken = frozenset(steps)
    return Beside(
        shares=shares.of_matter(viewer, matter) if guest or taken & set(PART_OF) else (),
        kept=retained.of_matter(viewer, matter) if taken & KEPT else (),
        numbers=supervision.of_matter(viewer, matter) if "number" in taken else (),
    )
