"""Expressions copied plainly are what Django's own copies are."""

import copy
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, IntegerField, Q, Subquery, Value, When
from django.db.models.expressions import BaseExpression, Col, OuterRef, RawSQL
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import GreaterThan

from huiyin.core.copies import copied
from huiyin.core.frozen import Among

ROWS = Session.objects.filter(session_key="a")
KEY = Session._meta.get_field("session_key")
EXPRESSIONS: tuple[Any, ...] = (
    Value(7),
    Col("session", KEY),
    Coalesce(Length("session_key"), Value(0)),
    Case(When(session_key="a", then=Value(1)), default=Value(2)),
    Count("session_key", filter=Q(session_key="a")),
    Exists(ROWS),
    Subquery(ROWS.values("session_key")[:1]),
    ExpressionWrapper(F("session_key"), output_field=IntegerField()),
    GreaterThan(Value(1), Value(2)),
    RawSQL("1", ()),
    F("session_key") + OuterRef("session_key"),
    Among(F("pk"), shape="some", values=(), make=lambda: ROWS.values("session_key")),
)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda one: type(one).__name__)
def test_a_plain_copy_is_what_the_general_way_makes(expression: Any) -> None:
    for name in ("convert_value", "contains_aggregate"):  # one is not copied, the other is
        getattr(expression, name, None)
    plain, usual = copied(expression), copy.copy(expression)
    assert plain is not expression
    assert type(plain) is type(usual)
    assert vars(plain) == vars(usual)
    assert all(value is vars(expression)[name] for name, value in vars(plain).items())
    vars(plain)["mine"] = 1
    assert "mine" not in vars(expression)


def test_every_expression_copies_itself_so() -> None:
    assert vars(BaseExpression)["copy"] is copied
    subquery = Subquery(ROWS.values("session_key"))
    assert subquery.copy().query is not subquery.query
