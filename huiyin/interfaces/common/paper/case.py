"""The whole file of a matter as PDF: words, hands, promises, steps, answers, and the proof from the log inside it."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from huiyin.casework.queries.one import OnePage
from huiyin.core.proofs import Proof
from huiyin.core.rulebook import current
from huiyin.interfaces.common.paper import make


def pdf(page: OnePage, told: dict[str, Any], proof: Proof, at: datetime) -> bytes:
    """The paper; the proof is attached to it as a file. No name and no number of who reported it.

    Raises Refused("no_chinese_font").
    """
    county, matter = current(at).rulebook.county, page.matter
    data = {
        "centre": county.centre,
        "phone": county.telephone,
        "code": told["code"],
        "made": _moment(at),
        "title": matter.title,
        "text": matter.text,
        "place": page.place,
        "state": page.rulebook.label("state", matter.state),
        "opened": _moment(matter.opened_at).removesuffix(" 00:00"),
        "closed": _moment(matter.closed_at),
        "hands": [
            [one["waits"], one["who"], _moment(one["from_"]), _moment(one["until"]), "、".join(one["missed"])]
            for one in told["hands"]
        ],
        "promises": [
            [
                one["one"].name,
                _moment(one["one"].started_at),
                _moment(one["one"].first_due_at),
                _moment(one["one"].due_at),
                _moment(one["one"].met_at),
                one["words"],
            ]
            for one in told["promises"]
        ],
        "steps": [[step.title, str(step.when), step.by, step.text] for step in told["steps"]],
        "replies": [[_moment(reply.at), _moment(reply.delivered_at), reply.text] for reply in page.replies],
        "said": [[_moment(one.at), page.rulebook.label("solved", one.solved), one.words] for one in page.judgements],
        "origin": proof.origin,
        "key": proof.key,
        "entries": [
            [str(one.seq), one.event["name"], one.event["recorded_at"][:19], one.leaf[:32], str(one.size)]
            for one in proof.entries
        ],
        "waiting": proof.waiting,
        "proof": proof.text(),
    }
    return make.drawn("case", data)


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
