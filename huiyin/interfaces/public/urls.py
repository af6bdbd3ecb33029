"""Addresses of the door `public`."""

from django.urls import URLPattern

app_name = "public"
urlpatterns: list[URLPattern] = []
