"""Addresses shared by the doors: health, language, big type, the pattern page."""

from django.urls import URLPattern

app_name = "common"
urlpatterns: list[URLPattern] = []
