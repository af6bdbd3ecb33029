"""Addresses of households and their files, and of erasures."""

from django.urls import path

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

urlpatterns = [
    path("households/", households.households, name="households"),
    path("households/new/", by_hand.new_household, name="household_new"),
    path("households/<uuid:household_id>/people/new/", by_hand.new_resident, name="resident_new"),
    path("households/<uuid:household_id>/people/<uuid:person_id>/", one_person.person, name="person"),
    path(
        "households/<uuid:household_id>/people/<uuid:person_id>/<str:what>/",
        one_person.became,
        name="person_became",
    ),
    path("households/<uuid:household_id>/links/<uuid:link_id>/end/", posts.end_link, name="link_end"),
    path("households/<uuid:household_id>/", households.household, name="household"),
    path("households/<uuid:household_id>/change/", households.change, name="household_change"),
    path("households/<uuid:household_id>/became/<str:what>/", household_changes.became, name="household_became"),
    path("households/<uuid:household_id>/history/", households.history, name="household_history"),
    path("households/<uuid:household_id>/print/", households.printed, name="household_print"),
    path("households/<uuid:household_id>/phones/", consents.phones, name="household_phones"),
    path("households/<uuid:household_id>/key/", households.key, name="household_key"),
    path("households/missed/", missed.missed, name="missed"),
    path("relief/", relief.lists, name="relief"),
    path("relief/<uuid:list_id>/", relief.one, name="relief_list"),
    path("erasures/", erasures.erasures, name="erasures"),
]
