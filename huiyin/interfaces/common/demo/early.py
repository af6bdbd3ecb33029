"""What is looked after early in the invented county: signals, disputes, briefs to the leader, petition figures."""

from datetime import UTC, date, datetime, timedelta

from huiyin.casework.actions import briefs, mediation, petitions, seeking, signals
from huiyin.casework.actions.mediation import Told
from huiyin.casework.queries.seeking import waiting
from huiyin.casework.rules.petitions import Half, half_of
from huiyin.interfaces.common.demo.story import Telling
from huiyin.programme.schema.early import WHOLE


def early(telling: Telling) -> None:
    """Tell all of it, in the week before the story's present."""
    _signals(telling)
    _disputes(telling)
    _visits(telling)
    _briefs(telling)
    _petitions(telling)


def _days_ago(telling: Telling, days: int, hour: int) -> datetime:
    local = (telling.now - timedelta(days=days)).astimezone(telling.zone)
    return local.replace(hour=hour, minute=40, second=0, microsecond=0).astimezone(UTC)


def _signals(telling: Telling) -> None:
    """Linked officials mark what begins in their villages; one is eased already."""
    at, later = _days_ago(telling, 6, 10), _days_ago(telling, 1, 11)
    for official, words in zip(telling.county.of("official")[2:], telling.data["signals"], strict=False):
        row = signals.mark(
            by=telling.viewer(official, at),
            at=at,
            place_code=official.place_code,
            topic=words["topic"],
            said=words["text"],
            plan=words["plan"],
            owner=official.person_id,
            due_on=(telling.now + timedelta(days=12)).date(),
        )
        if words.get("result"):
            by = telling.viewer(official, later)
            signals.end(by=by, at=later, signal_id=row.id, outcome="eased", result=words["result"])


def _disputes(telling: Telling) -> None:
    """Two neighbours agreed a month ago and are to be asked; another pair is still being heard."""
    clerk = telling.county.of("clerk")[0]
    official = telling.county.of("official")[0]
    begun, met = _days_ago(telling, 36, 9), _days_ago(telling, 31, 15)
    for words in telling.data["disputes"]:
        ends = words.get("agreement", "")
        at = begun if ends else _days_ago(telling, 4, 10)
        sides = {name: said for name, said in words.items() if name != "agreement"}
        told = Told(place_code=official.place_code, **sides)
        matter = mediation.register(by=telling.viewer(clerk, at), at=at, told=told).matter
        town = next(one for one in telling.county.of("head") if one.place_code[:9] == official.place_code[:9])
        by = telling.viewer(town, at)
        mediation.name_mediator(by=by, at=at, matter_id=matter.id, mediator=official.person_id)
        if ends:
            who = telling.viewer(official, met)
            local = met.astimezone(telling.zone).date()
            mediation.meet(by=who, at=met, matter_id=matter.id, on=local, where="村委会", came="ab")
            mediation.agree(by=who, at=met, matter_id=matter.id, agreement=ends)


def _visits(telling: Telling) -> None:
    """Two people whose matters wait want somebody to come; one was visited already."""
    asked, went = _days_ago(telling, 5, 9), _days_ago(telling, 1, 17)
    by = telling.viewer(telling.county.of("clerk")[0], asked)
    for number, one in enumerate([one for one in waiting(by, asked) if one.row.topic != "dispute"][:2]):
        town = one.row.place_code[:9]
        person = next(other for other in telling.county.of("official") if other.place_code[:9] == town)
        on = went.astimezone(telling.zone).date() + timedelta(days=6 * number)
        row = seeking.answer(by=by, at=asked, matter_id=one.row.id, answer="accepted", person=person.person_id, on=on)
        if not number:
            words = "在家里说了半个小时，把办到哪一步、还差什么讲清了，说好下月再来一次。"
            seeking.visited(by=telling.viewer(person, went), at=went, seeking_id=row.id, outcome="met", result=words)


def _briefs(telling: Telling) -> None:
    """Some officials write up to the leader, who has answered one."""
    at, later = _days_ago(telling, 3, 16), _days_ago(telling, 2, 9)
    leader = telling.county.of("leader")[0]
    for official, words in zip(telling.county.of("official")[5:], telling.data["briefs"], strict=False):
        row = briefs.write(
            by=telling.viewer(official, at),
            at=at,
            place_code=official.place_code,
            title=words["title"],
            said=words["text"],
            to=leader.person_id,
            undertaking=words.get("undertaking", ""),
        )
        if words.get("answer"):
            briefs.answer(by=telling.viewer(leader, later), at=later, brief_id=row.id, said=words["answer"])


def _petitions(telling: Telling) -> None:
    """Two whole half-years and what is over of this one, by town, as the petition office enters them."""
    at, chance = _days_ago(telling, 1, 8), telling.chance
    by = telling.viewer(telling.county.of("handler", "望川县信访局")[0], at)
    today = telling.now.astimezone(telling.zone).date()
    now = half_of(today)
    for half, more in ((now.earlier.year_before, 4), (now.earlier, 2), (now.year_before, 3), (now, 2)):
        for month in _months(half, today):
            for code, _name in telling.county.towns:
                whole = chance.randrange(4, 9) + more
                said = {WHOLE: whole, "rural": whole - chance.randrange(1, 4), "skip_level": chance.randrange(3)}
                said |= {"collective": chance.randrange(2), "capital": 0}
                petitions.count(by=by, at=at, place_code=code, month=month, said=said)


def _months(half: Half, today: date) -> list[date]:
    """Its months that are over."""
    first = [half.from_.replace(month=half.from_.month + number) for number in range(6)]
    return [one for one in first if one < today.replace(day=1)]
