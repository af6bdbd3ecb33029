"""What lies sealed in the parts of an import: lines with their verdicts, refused lines with their cells."""

import json
import zlib
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from huiyin.core.vault import Shredded, vault
from huiyin.programme.sheets import Fault
from huiyin.register.models.imports import ImportRun, StagedPart
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict


@dataclass(frozen=True)
class StagedLine:
    """A line as it lies in a part: what it says and what would become of it."""

    line: Line
    verdict: Verdict


@dataclass(frozen=True)
class Refusal:
    """A line that cannot be taken, with its cells as the office wrote them."""

    fault: Fault
    cells: list[Any] = field(default_factory=list)


def packed_lines(lines: list[StagedLine], refused: list[Refusal]) -> dict[str, Any]:
    """The content of a part as JSON holds it."""
    return {
        "lines": [[*one.line.packed(), _verdict(one.verdict)] for one in lines],
        "refused": [
            [one.fault.number, one.fault.code, one.fault.column, dict(one.fault.values), one.cells] for one in refused
        ],
    }


def _verdict(one: Verdict) -> list[Any]:
    """What is kept of it: its reason with the values its sentence needs, and no plan."""
    return [one.what, one.reason, one.column, [], dict(one.values)]


def opened_lines(run: ImportRun, part: StagedPart) -> tuple[list[StagedLine], list[Refusal]]:
    """What lies in a part; nothing once it was applied. Raises Shredded when the run was forgotten."""
    if part.body is None:
        return [], []
    found = opened(run, "staged", part.pk, part.body)
    refused = [
        Refusal(Fault(number, code, column, values), cells) for number, code, column, values, cells in found["refused"]
    ]
    lines = [StagedLine(Line.unpacked(packed), Verdict(*verdict)) for *packed, verdict in found["lines"]]
    return lines, refused


def sealed(run: ImportRun, column: str, key: UUID, value: Any) -> bytes:
    """A value under the run's key."""
    data = zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1)
    return vault().seal_bytes(run.subject, table="import", column=column, row=str(key), data=data)


def opened(run: ImportRun, column: str, key: UUID, body: bytes | memoryview | None) -> Any:
    """The value again. Raises Shredded where the run was forgotten."""
    if body is None:
        raise Shredded(run.subject)
    data = vault().open_bytes(run.subject, table="import", column=column, row=str(key), sealed=body)
    return json.loads(zlib.decompress(data))
