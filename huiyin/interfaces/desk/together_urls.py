"""Addresses of what goes together: twins, common issues, ledgers."""

from django.urls import path

from huiyin.interfaces.desk.views import twins

urlpatterns = [
    path("matters/<str:code>/twins/", twins.twins, name="twins"),
]
