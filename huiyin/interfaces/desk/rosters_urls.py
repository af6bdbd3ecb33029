"""Addresses of rosters."""

from django.urls import path

from huiyin.interfaces.desk.views import rosters

urlpatterns = [
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/<uuid:run_id>/", rosters.roster, name="roster"),
    path("rosters/<uuid:run_id>/report/", rosters.report, name="roster_report"),
]
