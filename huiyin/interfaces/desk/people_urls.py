"""Addresses of people: finding somebody, and who asked for their official."""

from django.urls import path

from huiyin.interfaces.desk.views import (
    access,
    bodies,
    body_states,
    people,
    phones,
    portraits,
    posts,
    powers,
    remits,
    staff,
)

urlpatterns = [
    path("people/", people.people, name="people"),
    path("phones/", phones.reach, name="phones"),
    path("staff/", staff.listed, name="staff"),
    path("staff/<uuid:body_id>/", staff.body, name="body"),
    path("staff/<uuid:body_id>/state/", body_states.state, name="body_state"),
    path("staff/<uuid:body_id>/remits/", remits.new, name="remit_new"),
    path("staff/<uuid:body_id>/remits/<uuid:remit_id>/", remits.change, name="remit"),
    path("staff/<uuid:body_id>/appoint/", posts.appoint, name="appoint"),
    path("staff/posts/<uuid:post_id>/", posts.correct, name="post_correct"),
    path("staff/posts/<uuid:post_id>/move/", posts.move, name="post_move"),
    path("staff/people/<uuid:person_id>/", staff.official, name="official"),
    path("staff/people/<uuid:person_id>/access/", access.access, name="access"),
    path("staff/resets/", access.resets, name="resets"),
    path("staff/powers/", powers.powers, name="powers"),
    path("staff/told/", access.told, name="account_told"),
    path("staff/new/", bodies.new, name="body_new"),
    path("staff/photo/", portraits.own, name="own_portrait"),
    path("staff/people/<uuid:person_id>/photo/", portraits.portrait, name="portrait"),
    path("people/<uuid:enquiry_id>/", people.enquiry, name="enquiry"),
]
