"""Addresses of what goes together: twins, common issues, ledgers."""

from django.urls import path

from huiyin.interfaces.desk.views import issue_notices, issues, ledgers, onair, suggestions, things, twins

urlpatterns = [
    path("matters/<str:code>/twins/", twins.twins, name="twins"),
    path("ledgers/", ledgers.ledgers, name="ledgers"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("things/", things.things, name="things"),
    path("onair/", onair.episodes, name="onair"),
    path("onair/<uuid:episode_id>/", onair.episode, name="episode"),
    path("onair/<uuid:episode_id>/sheet/", onair.sheet, name="episode_sheet"),
    path("ledgers/lines/", ledgers.lines, name="ledger_lines"),
    path("ledgers/note/", ledgers.note, name="ledger_note"),
    path("ledgers/cut/", ledgers.cut_off, name="ledger_cut"),
    path("ledgers/print/", ledgers.printed, name="ledger_print"),
    path("ledgers/pdf/", ledgers.pdf, name="ledger_pdf"),
    path("ledgers/export/", ledgers.export, name="ledger_export"),
    path("issues/", issues.issues, name="issues"),
    path("issues/new/", issues.new, name="issue_new"),
    path("issues/<uuid:issue_id>/", issues.issue, name="issue"),
    path("issues/<uuid:issue_id>/change/", issues.change, name="issue_change"),
    path("issues/<uuid:issue_id>/public/", issue_notices.shown, name="issue_shown"),
    path("issues/<uuid:issue_id>/gather/", issues.gather, name="issue_gather"),
]
