"""Addresses of the ways a matter goes to others: asked of a body, before a leader, kept, numbered."""

from django.urls import path

from huiyin.interfaces.desk.views import improvements, inspections, kept, reading_out, sessions, shares

urlpatterns = [
    path("asked/", shares.asked, name="asked"),
    path("reading/", shares.reading, name="reading"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/new/", sessions.new, name="session_new"),
    path("sessions/<uuid:session_id>/", sessions.session, name="session"),
    path("sessions/<uuid:session_id>/pledge/", sessions.pledged, name="session_pledge"),
    path("sessions/<uuid:session_id>/print/", sessions.printed, name="session_print"),
    path("sessions/<uuid:session_id>/vote/<uuid:item_id>/", sessions.vote, name="session_vote"),
    path("sessions/tasks/<uuid:task_id>/", sessions.task, name="session_task"),
    path("kept/", kept.kept, name="kept"),
    path("read-out/", reading_out.readings, name="readings"),
    path("read-out/<uuid:reply_id>/", reading_out.word, name="read_out"),
    path("matters/<str:code>/read-out/", reading_out.back, name="read_out_back"),
    path("numbered/", kept.numbered, name="numbered"),
    path("numbered/inspections/", inspections.inspections, name="inspections"),
    path("numbered/inspections/<uuid:inspection_id>/", inspections.inspection, name="inspection"),
    path("numbered/findings/<uuid:finding_id>/", inspections.finding, name="finding"),
    path("numbered/improvements/", improvements.improvements, name="improvements"),
    path("numbered/improvements/<uuid:improvement_id>/", improvements.improvement, name="improvement"),
    path("numbered/decided/", improvements.decided, name="decided"),
    path("numbered/decided/<uuid:decided_id>/", improvements.strike, name="decided_strike"),
    path("matters/<str:code>/shares/<uuid:share_id>/", shares.share, name="share"),
    path("matters/<str:code>/kept/<uuid:retention_id>/", kept.decide, name="kept_decide"),
    path("matters/<str:code>/kept/", kept.longer, name="kept_longer"),
    path("matters/<str:code>/numbered/<uuid:numbered_id>/", kept.strike, name="strike"),
]
