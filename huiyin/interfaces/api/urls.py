"""Addresses of the door `api`."""

from django.urls import URLPattern

app_name = "api"
urlpatterns: list[URLPattern] = []
