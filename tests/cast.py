"""The people of the tests, in an invented county; everybody is made by actions. Phones are numbers no operator has.

`cast` is a fixture: `cast.li.viewer(at)` is handler Li as the doors see him, `cast.li.account` signs in.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import override_settings

from huiyin.core.actions import action
from huiyin.core.models import Account
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.register.queries.staff import viewer_for
from tests import factories as make

PREFECTURE, COUNTY, FOREIGN_COUNTY = "990100000000", "990101000000", "990102000000"
LIUWAN, QINGSHI, FOREIGN_TOWN = "990101101000", "990101102000", "990102101000"
HUAISHUPING, SHIQIAO, SHANGHE, FOREIGN_VILLAGE = "990101101201", "990101101202", "990101102201", "990102101201"
GROUP_THREE = "990101101201003"
PLACES = (
    ("990000000000", "云岭省"),
    (PREFECTURE, "临江市"),
    (COUNTY, "望川县"),
    (FOREIGN_COUNTY, "隔川县"),
    (LIUWAN, "柳湾镇"),
    (QINGSHI, "青石镇"),
    (FOREIGN_TOWN, "远山镇"),
    (HUAISHUPING, "槐树坪村"),
    (SHIQIAO, "石桥村"),
    (SHANGHE, "上河村"),
    (FOREIGN_VILLAGE, "远山村"),
    (GROUP_THREE, "三组"),
)
ZHANG_PHONE = "16000001234"
Said = list[tuple[str, Any]]
_made: list[tuple["Cast", dict[type[models.Model], list[models.Model]], Said]] = []
"""Everybody, their rows, and the statements that laid these back the first time: to make their text anew each time
costs Django more than the database needs to carry them out."""


@dataclass(frozen=True)
class Member:
    """Somebody in service."""

    name: str
    person_id: UUID
    official_id: UUID
    post_id: UUID
    account_id: int
    body_id: UUID

    @property
    def account(self) -> Account:
        """The account, read anew."""
        return Account.objects.get(pk=self.account_id)

    def viewer(self, at: datetime, **options: Any) -> Viewer:
        """The member as a viewer of a moment."""
        return viewer_for(self.account, at, "zh-hans", **options)


@dataclass(frozen=True)
class Bodies:
    """The bodies of the tests; `village` stands under `town`."""

    centre: UUID
    office: UUID
    inspection: UUID
    survey: UUID
    audit: UUID
    farming: UUID
    town: UUID
    village: UUID
    other_town: UUID
    foreign: UUID


@dataclass(frozen=True)
class Cast:
    """Everybody.

    chen: clerk; zhou and sun: county dispatchers of different bodies; li: handler in 柳湾镇; zhao: supervisor;
    he: call-back caller; ma: head of 柳湾镇; luo: linked official of 槐树坪村, under 柳湾镇; bai: handler in a county
    department; wu: handler in the foreign town 青石镇; zheng: dispatcher of a foreign county; qian: auditor;
    tang: leader; xu: administrator. zhang: a resident of 槐树坪村 三组, whose household luo leads.
    """

    bodies: Bodies
    chen: Member
    zhou: Member
    sun: Member
    li: Member
    zhao: Member
    he: Member
    ma: Member
    luo: Member
    bai: Member
    wu: Member
    zheng: Member
    qian: Member
    tang: Member
    xu: Member
    zhang_id: UUID
    zhang_household: UUID
    zhang_link: UUID


@action
def gather(*, by: Viewer, at: datetime) -> Cast:
    """Set the county up and appoint everybody: one transaction."""
    make.put_in_force(at=at)
    make.lay_places(PLACES, at)
    bodies = _bodies()
    members = {
        "chen": _member("陈静", bodies.centre, "clerk", "受理员"),
        "zhou": _member("周明", bodies.centre, "dispatcher", "派单员"),
        "sun": _member("孙洁", bodies.office, "dispatcher", "派单员"),
        "li": _member("李卫东", bodies.town, "handler", "农业干事"),
        "zhao": _member("赵敏", bodies.inspection, "supervisor", "督办员"),
        "he": _member("何芳", bodies.survey, "caller", "回访员"),
        "ma": _member("马国强", bodies.town, "head", "镇长", responsibility="main", listed=True),
        "luo": _member("罗大勇", bodies.village, "official", "村支书", kind="committee_member", responsibility="main"),
        "bai": _member("白雪梅", bodies.farming, "handler", "科员"),
        "wu": _member("吴涛", bodies.other_town, "handler", "干事"),
        "zheng": _member("郑阳", bodies.foreign, "dispatcher", "派单员"),
        "qian": _member("钱立", bodies.audit, "auditor", "审计员"),
        "tang": _member("唐文", bodies.office, "leader", "副县长", listed=True),
        "xu": _member("许平", bodies.centre, "admin", "系统管理员"),
    }
    household, zhang = make.a_household(GROUP_THREE, head="张丽华", phone=ZHANG_PHONE, at=at, door="槐树坪村三组12号")
    link = make.a_link(members["luo"].official_id, household, at)
    return Cast(bodies=bodies, zhang_id=zhang, zhang_household=household, zhang_link=link, **members)


@pytest.fixture
def cast(db: None) -> Cast:
    """The county of the tests with everybody in it: made by actions once per process, then laid back row by row."""
    # Their keys lie with the process, not in a folder that one test has to itself: the others would not find them.
    own = override_settings(HUIYIN_HOME=Path(os.environ["HUIYIN_HOME"]))
    with own:
        if _made and _erased(_made[0][0]):
            _made.clear()
    if not _made:
        before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in _models()}
        with own:
            everybody = gather(by=make.SYSTEM, at=make.BEGIN)
        new = {model: model._base_manager.exclude(pk__in=known) for model, known in before.items()}
        _made.append((everybody, {model: list(rows) for model, rows in new.items()}, []))
        return everybody
    everybody, rows, said = _made[0]
    if said:
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            for sql, params in said:
                cursor.execute(sql, params)
    else:
        said += _lay(rows)
    return everybody


def _lay(rows: dict[type[models.Model], list[models.Model]]) -> Said:
    """Put the rows in; what was said to the database for it."""
    said: Said = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("INSERT"):  # not what opens a transaction: the next test may be in one already
            said.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for model, made in rows.items():
            # Past the guard of kept rows, which has seen these rows and their events once.
            models.QuerySet[Any](model).bulk_create(made)
    return said


def _erased(everybody: Cast) -> bool:
    """Whether a test before has destroyed a key of theirs: a key store knows no rollback, and nobody comes back."""
    store = vault().store
    kept = {f"person:{everybody.zhang_id}", f"household:{everybody.zhang_household}"}
    kept |= {f"person:{one.person_id}" for one in vars(everybody).values() if isinstance(one, Member)}
    return not kept.isdisjoint([*store.destroyed("person:"), *store.destroyed("household:")])


def _models() -> list[type[models.Model]]:
    """Every table of these rooms but the index of people, which the database fills by itself."""
    found = [model for app in ("core", "register") for model in apps.get_app_config(app).get_models()]
    return [model for model in found if model._meta.label != "register.Findable"]


def _bodies() -> Bodies:
    town = make.a_body("柳湾镇人民政府", LIUWAN, "town_government", system="乡镇")
    return Bodies(
        centre=make.a_body("望川县群众诉求受理中心", kind="centre", phone="199-0000-1200"),
        office=make.a_body("望川县政府办公室"),
        inspection=make.a_body("望川县督查室"),
        survey=make.a_body("望川县民意调查中心", kind="centre"),
        audit=make.a_body("望川县审计局"),
        farming=make.a_body("望川县农业农村局", system="农口"),
        town=town,
        village=make.a_body("槐树坪村村民委员会", HUAISHUPING, "village_committee", parent_id=town),
        other_town=make.a_body("青石镇人民政府", QINGSHI, "town_government", system="乡镇"),
        foreign=make.a_body("隔川县群众诉求受理中心", FOREIGN_COUNTY, "centre"),
    )


def _member(name: str, body_id: UUID, role: str, title: str, **more: Any) -> Member:
    made = make.an_official(body_id, name=name, role=role, title=title, **more)
    assert made.account_id is not None
    return Member(name, made.person_id, made.official_id, made.post_id, made.account_id, body_id)
