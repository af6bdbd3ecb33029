"""Addresses of what goes together: twins, common issues, ledgers."""

from django.urls import path

from huiyin.interfaces.desk.views import issues, twins

urlpatterns = [
    path("matters/<str:code>/twins/", twins.twins, name="twins"),
    path("issues/", issues.issues, name="issues"),
    path("issues/new/", issues.new, name="issue_new"),
    path("issues/<uuid:issue_id>/", issues.issue, name="issue"),
    path("issues/<uuid:issue_id>/change/", issues.change, name="issue_change"),
    path("issues/<uuid:issue_id>/gather/", issues.gather, name="issue_gather"),
]
