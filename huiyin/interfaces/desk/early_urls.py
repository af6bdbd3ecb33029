"""Addresses of looking early: disputes, signals, petition figures, briefs."""

from django.urls import path

from huiyin.interfaces.desk.views import disputes, early, petitions, seeking

urlpatterns = [
    path("early/", early.early, name="early"),
    path("early/disputes/", disputes.disputes, name="disputes"),
    path("early/disputes/new/", disputes.new, name="dispute_new"),
    path("early/disputes/<str:code>/", disputes.dispute, name="dispute"),
    path("early/disputes/<str:code>/slip/", disputes.slip, name="dispute_slip"),
    path("early/seeking/", seeking.seeking, name="seeking"),
    path("early/petitions/", petitions.petitions, name="petitions"),
    path("early/briefs/", early.briefs, name="briefs"),
]
