"""Addresses of the door `desk`."""

from django.urls import URLPattern

app_name = "desk"
urlpatterns: list[URLPattern] = []
