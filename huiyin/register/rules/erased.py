"""What a list would know an erased person by, as texts for a keyed hash: number, household and name, phone and name."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

COLUMN = "register.erased"
"""The column of the blind index."""


def told(
    number: bytes | None, homes: Collection[str], phones: Collection[bytes], name: str
) -> Iterator[tuple[str, str]]:
    """Each as (kind, text). `number` and `phones` are blind indexes already, `homes` the codes of households."""
    if number is not None:
        yield "number", f"number\x00{number.hex()}"
    if name:
        for code in homes:
            yield "home", f"home\x00{code}\x00{name}"
        for phone in phones:
            yield "phone", f"phone\x00{phone.hex()}\x00{name}"


def told_by(values: Mapping[str, Any], number: bytes | None, phones: Collection[bytes]) -> Iterator[str]:
    """The texts of one line of a list."""
    homes = [values["code"]] if values.get("code") else []
    for _, text in told(number, homes, phones, values["name"]):
        yield text
