"""Addresses of households and their files, and of erasures."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path

from huiyin.interfaces.common import reading
from huiyin.interfaces.desk.pages import Asked, guarded
from huiyin.interfaces.desk.views import (
    by_hand,
    consents,
    erasures,
    household_changes,
    households,
    missed,
    one_person,
    posts,
    relief,
)


def of_one(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of one household, which counts towards what its reader may open in a day."""

    @guarded
    def counted(request: Asked, /, household_id: UUID, **more: Any) -> HttpResponse:
        reading.within_households(request.viewer, household_id, request.at)
        return view(request, household_id, **more)

    return wraps(view)(counted)


urlpatterns = [
    path("households/", households.households, name="households"),
    path("households/new/", by_hand.new_household, name="household_new"),
    path("households/<uuid:household_id>/people/new/", of_one(by_hand.new_resident), name="resident_new"),
    path("households/<uuid:household_id>/people/<uuid:person_id>/", of_one(one_person.person), name="person"),
    path(
        "households/<uuid:household_id>/people/<uuid:person_id>/<str:what>/",
        of_one(one_person.became),
        name="person_became",
    ),
    path("households/<uuid:household_id>/links/<uuid:link_id>/end/", of_one(posts.end_link), name="link_end"),
    path("households/<uuid:household_id>/", of_one(households.household), name="household"),
    path("households/<uuid:household_id>/change/", of_one(households.change), name="household_change"),
    path(
        "households/<uuid:household_id>/became/<str:what>/", of_one(household_changes.became), name="household_became"
    ),
    path("households/<uuid:household_id>/history/", of_one(households.history), name="household_history"),
    path("households/<uuid:household_id>/print/", of_one(households.printed), name="household_print"),
    path("households/<uuid:household_id>/phones/", of_one(consents.phones), name="household_phones"),
    path("households/<uuid:household_id>/key/", of_one(households.key), name="household_key"),
    path("households/missed/", missed.missed, name="missed"),
    path("relief/", relief.lists, name="relief"),
    path("relief/<uuid:list_id>/", relief.one, name="relief_list"),
    path("erasures/", erasures.erasures, name="erasures"),
]
