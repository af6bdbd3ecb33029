"""Addresses of the telephone, of held matters, of what is said on walls, and of looking back."""

from django.urls import path

from huiyin.interfaces.desk import figures_urls
from huiyin.interfaces.desk.views import (
    calls,
    comments,
    dismissed,
    held,
    intake,
    judged,
    log,
    messages,
    passkeys,
    programme,
    promises,
    rechecks,
    sealed,
)

urlpatterns = [
    path("intake/", intake.intake, name="intake"),
    path("intake/draft/", intake.draft, name="intake_draft"),
    path("intake/done/", intake.done, name="intake_done"),
    path("intake/slip/", intake.slip, name="intake_slip"),
    path("calls/", calls.calls, name="calls"),
    path("calls/next/", calls.following, name="call_next"),
    path("calls/<str:code>/", calls.call, name="call"),
    path("calls/<str:code>/back/", calls.back, name="call_back"),
    path("calls/<str:code>/ring/", calls.ring, name="call_ring"),
    path("judged/", judged.judged, name="judged"),
    path("rechecks/", rechecks.rechecks, name="rechecks"),
    path("rechecks/<uuid:recheck_id>/", rechecks.recheck, name="recheck"),
    path("promises/", promises.promises, name="promises"),
    path("promises/<uuid:promise_id>/", promises.promise, name="promise"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<uuid:incoming_id>/", messages.message, name="message"),
    path("held/", held.held, name="held"),
    path("dismissed/", dismissed.dismissed, name="dismissed"),
    path("dismissed/<uuid:dismissal_id>/", dismissed.dismissal, name="dismissal"),
    path("held/<str:code>/", held.held_one, name="held_one"),
    path("sealed/", sealed.sealed, name="sealed"),
    path("sealed/open/", sealed.unlock, name="sealed_open"),
    path("sealed/close/", sealed.shut, name="sealed_close"),
    path("sealed/keys/", sealed.keys, name="sealed_keys"),
    path("sealed/passkeys/", passkeys.page, name="sealed_passkeys"),
    path("sealed/passkeys/ask/", passkeys.ask, name="sealed_passkeys_ask"),
    path("sealed/passkeys/open/", passkeys.unlock, name="sealed_passkeys_open"),
    path("sealed/watch/", sealed.watch, name="sealed_watch"),
    path("comments/", comments.comments, name="comments"),
    path("comments/walls/", comments.walls, name="comment_walls"),
    path("comments/walls/<uuid:notice_id>/", comments.say, name="comment_say"),
    path("comments/<uuid:comment_id>/", comments.comment, name="comment"),
    path("programme/", programme.programme, name="programme"),
    path("log/", log.log, name="log"),
    path("log/looks/", log.looks, name="looks"),
]
urlpatterns += figures_urls.urlpatterns
