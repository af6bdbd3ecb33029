"""Addresses of linked officials: rounds of assignment, coverage, hand-overs."""

from django.urls import path

from huiyin.interfaces.desk.views import announced, coverage, grids, handovers, kinds, laid, left_out, links

urlpatterns = [
    path("links/", links.links, name="links"),
    path("links/rounds/<uuid:round_id>/", links.round_, name="link_round"),
    path("links/rounds/<uuid:round_id>/<uuid:household_id>/", links.line, name="link_line"),
    path("links/coverage/", coverage.coverage, name="coverage"),
    path("links/coverage/households/", coverage.households, name="coverage_households"),
    path("links/coverage/officials/", coverage.officials, name="coverage_officials"),
    path("links/grid/", grids.chart, name="grid"),
    path("links/grid/paper/", grids.chart_paper, name="grid_paper"),
    path("links/grid/laid/", laid.laid, name="grids_laid"),
    path("links/grid/laid/new/", laid.lay, name="grid_lay"),
    path("links/grid/laid/<uuid:overlay_id>/", laid.one, name="grid_laid"),
    path("links/left-out/", left_out.left_out, name="left_out"),
    path("links/kinds/", kinds.kinds, name="link_kinds"),
    path("links/kinds/<slug:programme>/<slug:pairing>/", kinds.kind, name="link_kind"),
    path("links/kinds/<slug:programme>/<slug:pairing>/turns/", kinds.turns, name="link_turns"),
    path("links/sets/<slug:programme>/<slug:pairing>/", kinds.sets, name="link_sets"),
    path("links/announced/<uuid:cause_id>/", announced.announced, name="announced"),
    path("links/handovers/", handovers.handovers, name="handovers"),
    path("links/handovers/<uuid:official_id>/", handovers.handover, name="handover"),
]
