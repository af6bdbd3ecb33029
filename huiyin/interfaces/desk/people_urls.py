"""Addresses of people: finding somebody, and who asked for their official."""

from django.urls import path

from huiyin.interfaces.desk.views import people, phones

urlpatterns = [
    path("people/", people.people, name="people"),
    path("phones/", phones.reach, name="phones"),
    path("people/<uuid:enquiry_id>/", people.enquiry, name="enquiry"),
]
