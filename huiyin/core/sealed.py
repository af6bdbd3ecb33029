"""The list of all encrypted columns: for drills, for erasure, for the inventory of personal data.

A room names its columns beside its models:
`sealed_column(Phone, "number", table="phone", subject=lambda row: row.subject)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from huiyin.core.vault import vault


@dataclass(frozen=True)
class SealedColumn:
    """A column whose bytes are a ciphertext: of which model, under which table name, with whose key."""

    model: type[Model]
    column: str
    table: str
    subject: Callable[[Any], str]

    def open(self, row: Model) -> str:
        """A row's column in clear. Raises Shredded, Damaged."""
        sealed = getattr(row, self.column)
        return vault().open(self.subject(row), table=self.table, column=self.column, row=str(row.pk), sealed=sealed)


_columns: list[SealedColumn] = []


def sealed_column(model: type[Model], column: str, *, table: str, subject: Callable[[Any], str]) -> None:
    """Put a column on the list, with the `table` it was sealed under."""
    _columns.append(SealedColumn(model, column, table, subject))


def sealed_columns() -> Sequence[SealedColumn]:
    """All of them."""
    return tuple(_columns)


_closed: list[tuple[type[Model], str]] = []


def closed_column(model: type[Model], column: str) -> None:
    """Name a column whose bytes only people's keys open: drills and backups carry it and can read nothing of it."""
    _closed.append((model, column))


def closed_columns() -> Sequence[tuple[type[Model], str]]:
    """All of them."""
    return tuple(_closed)
