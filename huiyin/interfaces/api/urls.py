"""Addresses of the interface."""

from django.urls import path

from huiyin.interfaces.api.api import api

urlpatterns = [path("", api.urls)]
