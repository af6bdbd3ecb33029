"""Addresses of the ways a matter goes to others: asked of a body, before a leader, kept, numbered."""

from django.urls import path

from huiyin.interfaces.desk.views import kept, shares

urlpatterns = [
    path("asked/", shares.asked, name="asked"),
    path("reading/", shares.reading, name="reading"),
    path("kept/", kept.kept, name="kept"),
    path("numbered/", kept.numbered, name="numbered"),
    path("matters/<str:code>/shares/<uuid:share_id>/", shares.share, name="share"),
    path("matters/<str:code>/kept/<uuid:retention_id>/", kept.decide, name="kept_decide"),
    path("matters/<str:code>/kept/", kept.longer, name="kept_longer"),
    path("matters/<str:code>/numbered/<uuid:numbered_id>/", kept.strike, name="strike"),
]
