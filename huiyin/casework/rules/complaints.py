"""Does a text speak about somebody in office? Held if in doubt: holding costs a look, letting through a person."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

_TITLE = (
    "书记|主任|镇长|乡长|村长|县长|局长|科长|股长|所长|站长|会计|支书|组长|队长|主席|委员|干事|部长|常委|"
    "网格员|包村干部|联户干部|驻村干部|代办员|民警|辅警|警官|干部|领导"
)
_TITLES = re.compile(_TITLE)
_STAFF = re.compile("工作人员|办事员|公务员|当官的|手下|值班的|接电话的|城管|协管|村委|村官|官员|窗口的人|经办人|两委")
_YOURS = re.compile(
    r"你们?的?(人|手下|那帮人|那些人|内部|领导|同事)|贵[局镇村所站县单]位?的?人|自己人|your\s*(people|staff|men)", re.I
)
_ACCUSING = re.compile(
    "态度|骂|打人|打了|收钱|要钱|收了|红包|吃拿|卡要|送礼|好处|贪|私分|克扣|挪用|不作为|乱作为|推诿|推脱|敷衍|不管不|不理|"
    "包庇|徇私|走后门|关系户|威胁|报复|欺负|刁难|糊弄|弄虚作假|举报|投诉|控告|腐败|滥用|贿|截留|冒领|优亲厚友|"
    "侮辱|辱骂|吼|凶|躲着|压着|不接电话|喝酒|赌|麻将|乱收费|公报私仇|官僚|勾结|侵吞|占用公|塞钱|拿钱|索要|"
    r"ju\s?bao|tou\s?su|hong\s?bao|shou\s?qian|tan\s?wu|hui\s?lu|tai\s?du|complain|bribe|corrupt",
    re.IGNORECASE,
)
_GREETING = re.compile(
    rf"^\W*(尊敬的|敬爱的)?[^\W，。]{{0,8}}?({_TITLE})[^\W，。]{{0,4}}?[，,：:！!。、\s]*(您好|你好)?"
)
_CALLED = re.compile(rf"([\u4e00-\u9fff]{{1,2}})(?:副|某|大|老)?(?:{_TITLE})")
_NICKNAME = re.compile(
    r"[老小大阿]([\u4e00-\u9fff])|([\u4e00-\u9fff])(?:某|老板|总|头儿|哥|姐|叔|婶|嫂|胖子|麻子|瘸子)|姓([\u4e00-\u9fff])的"
)
_SURNAMES_OF_TWO = frozenset(
    {"欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒"}
)
_NAME_LENGTHS = (2, 3, 4)


@dataclass(frozen=True)
class Named:
    """An official as texts may call them; `near` where a post is in the village or the town, not only in the county."""

    person: UUID
    name: str
    pinyin: str
    near: bool = True

    @property
    def surname(self) -> str:
        return self.name[:2] if self.name[:2] in _SURNAMES_OF_TWO else self.name[:1]


@dataclass
class Roll:
    """The officials a place answers to, laid out so that a text is judged in one pass."""

    by_name: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    by_pinyin: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    by_surname: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, officials: Iterable[Named]) -> "Roll":
        """Lay out; names of one character and pinyin under five letters identify nobody."""
        roll = cls()
        for official in officials:
            roll.by_surname[official.surname].append(official)
            if len(official.name) > 1:
                roll.by_name[official.name].add(official.person)
            letters = re.sub("[^a-z]", "", official.pinyin.lower())
            if len(letters) >= 5:
                roll.by_pinyin[letters].add(official.person)
        return roll

    def near(self, surname: str) -> set[UUID]:
        """Officials of a surname in the village or the town; the county's own are too many to be called 老王."""
        return {o.person for o in self.by_surname.get(surname, ()) if o.near}


@dataclass(frozen=True)
class Finding:
    """Why a text is held (a code, empty if it is not) and whom it may be about."""

    why: str
    persons: frozenset[UUID]


def look(text: str, roll: Roll) -> Finding:
    """Judge a text against the officials of its place.

    why: "names" (an official's full name or pinyin), "calls" (surname with an office's title, or a nickname of an
    official near the place), "your_people" (staff or a title while accusing), or "". Full width, spaces, punctuation
    inside a name and capitals hide nobody. A greeting to an office is not about it.
    """
    plain = unicodedata.normalize("NFKC", text)
    body = _GREETING.sub("", plain, count=1)
    dense = re.sub(r"[\W_]+", "", body)
    if full := _full_names(dense, roll) | _pinyin(plain, roll):
        return Finding("names", frozenset(full))
    called = _CALLED.findall(dense)
    if any(part in roll.by_surname for word in called for part in (word, word[-1:])):
        persons = set().union(*(roll.near(part) for word in called for part in (word, word[-1:])))
        return Finding("calls", frozenset(persons))
    surnames = {part for match in _NICKNAME.findall(dense) for part in match if part}
    if nicked := set().union(*(roll.near(surname) for surname in surnames)):
        return Finding("calls", frozenset(nicked))
    accusing = _ACCUSING.search(body) is not None
    if _YOURS.search(body) or (accusing and (_TITLES.search(body) or _STAFF.search(body))):
        return Finding("your_people", frozenset())
    return Finding("", frozenset())


def _full_names(dense: str, roll: Roll) -> set[UUID]:
    found: set[UUID] = set()
    for length in _NAME_LENGTHS:
        for start in range(len(dense) - length + 1):
            found |= roll.by_name.get(dense[start : start + length], set())
    return found


def _pinyin(plain: str, roll: Roll) -> set[UUID]:
    latin = re.sub("[^a-z]", "", plain.lower())
    if len(latin) < 5:
        return set()
    return set().union(*(persons for letters, persons in roll.by_pinyin.items() if letters in latin))
