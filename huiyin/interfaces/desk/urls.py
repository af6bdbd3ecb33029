"""Addresses of the door `desk`."""

from django.urls import URLPattern, path

from huiyin.interfaces.desk import (
    cards_urls,
    early_urls,
    households_urls,
    links_urls,
    more_urls,
    people_urls,
    rosters_urls,
    together_urls,
    ways_urls,
)
from huiyin.interfaces.desk.views import (
    acting,
    answering,
    bulk,
    delegations,
    export,
    matter,
    notices,
    place_changes,
    places,
    queue,
    saved,
    steps,
    today,
    told,
)

app_name = "desk"
urlpatterns: list[URLPattern] = [
    # A
    path("", today.today, name="today"),
    path("search/", today.search, name="search"),
    path("told/", told.told, name="told"),
    path("told/digest/", told.digest, name="told_digest"),
    path("acting/", acting.acting, name="acting"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/<uuid:post_id>/", delegations.lend, name="lend"),
    path("matters/", queue.matters, name="matters"),
    path("matters/print/", queue.printed, name="matters_print"),
    path("matters/bodies/", queue.narrow, name="narrow"),
    path("matters/places/", queue.place_options, name="places"),
    path("matters/bulk/", bulk.bulk, name="bulk"),
    path("matters/export/", export.export, name="export"),
    path("exports/", export.exports, name="exports"),
    path("matters/views/", saved.views, name="views"),
    path("matters/views/<int:view_id>/", saved.view, name="view"),
    path("matters/<str:code>/", matter.matter, name="matter"),
    path("matters/<str:code>/print/", matter.printed, name="matter_print"),
    path("matters/<str:code>/hints/", answering.hints_of, name="hints"),
    path("matters/<str:code>/accompany/", answering.accompany, name="accompany"),
    path("matters/<str:code>/reveal/", matter.reveal, name="reveal"),
    path("matters/<str:code>/files/<uuid:file_id>/", matter.file, name="file"),
    path("matters/<str:code>/recuse/", steps.recuse, name="recuse"),
    path("matters/<str:code>/reasonable/", steps.reasonable, name="reasonable"),
    path("matters/<str:code>/extensions/<uuid:extension_id>/", steps.decide, name="decide"),
    path("matters/<str:code>/drafts/<uuid:draft_id>/", steps.draft, name="draft"),
    path("matters/<str:code>/step/<str:name>/", steps.step, name="step"),
]
# notices
urlpatterns += [
    path("notices/", notices.notices, name="notices"),
    path("notices/<uuid:notice_id>/", notices.notice, name="notice"),
    path("matters/<str:code>/notice/", notices.draft, name="notice_draft"),
]
# ways
urlpatterns += ways_urls.urlpatterns
# B
urlpatterns += more_urls.urlpatterns
# linked officials
urlpatterns += links_urls.urlpatterns
# rosters
urlpatterns += rosters_urls.urlpatterns
# people and papers
urlpatterns += people_urls.urlpatterns + cards_urls.urlpatterns
# what is known of places
urlpatterns += [
    path("places/", places.about, name="about_places"),
    path("places/fact/", places.fact, name="place_fact"),
    path("places/change/", place_changes.change, name="place_change"),
    path("places/changes/<uuid:change_id>/", place_changes.changed, name="place_changed"),
]
# households
urlpatterns += households_urls.urlpatterns
# what goes together
urlpatterns += together_urls.urlpatterns
# what is looked after early
urlpatterns += early_urls.urlpatterns
