"""Addresses of printing."""

from django.urls import path

from huiyin.interfaces.desk.views import cards, duty, handbook, kit

urlpatterns = [
    path("cards/", cards.papers, name="papers"),
    path("cards/duty/", duty.duty, name="duty"),
    path("cards/kit/", kit.kits, name="kit"),
    path("cards/kit/strike/", kit.strike, name="kit_strike"),
    path("cards/preview/<str:kind>/<str:code>/", cards.preview, name="paper_preview"),
    path("cards/<uuid:run_id>/given/", handbook.given, name="handbook_given"),
    path("cards/<uuid:run_id>/pdf/", cards.download, name="paper_pdf"),
]
