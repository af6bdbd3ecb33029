"""Addresses of the door `public`. No proof and no text ever stands in one of them."""

from django.urls import path

from huiyin.interfaces.public.views import (
    about,
    ask,
    file,
    handbook,
    home,
    issues,
    officials,
    petitions,
    side,
    track,
    wall,
)

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("ask/", ask.ask, name="ask"),
    path("track/", track.track, name="track"),
    path("track/more/", track.more, name="more"),
    path("track/files/<uuid:file_id>/", track.file, name="file"),
    path("track/withdraw/", track.withdraw, name="withdraw"),
    path("track/again/", track.take_up, name="take_up"),
    path("track/objection/", track.objected, name="objected"),
    path("track/judge/", track.judge, name="judge"),
    path("track/review/", track.review, name="review"),
    path("track/promise/", track.promise, name="promise"),
    path("track/side/more/", side.more, name="side_more"),
    path("track/side/objection/", side.objection, name="side_objection"),
    path("my-official/", officials.mine, name="mine"),
    path("my-official/another/", officials.another, name="another"),
    path("officials/", officials.directory, name="officials"),
    path("officials/photos/<uuid:portrait_id>/", officials.photo, name="photo"),
    path("officials/<str:code>/board/", officials.board, name="officials_board"),
    path("officials/<str:code>/", officials.place, name="officials_of"),
    path("handbook/", handbook.handbook, name="handbook"),
    path("handbook/pdf/", handbook.pdf, name="handbook_pdf"),
    path("file/", file.file, name="own_file"),
    path("file/objection/", file.objection, name="own_objection"),
    path("file/another/", file.another, name="own_another"),
    path("issues/", issues.issues, name="issues"),
    path("wall/", wall.county, name="wall"),
    path("wall/<str:code>/", wall.place, name="wall_place"),
    path("wall/<str:code>/board/", wall.board, name="board"),
    path("petitions/", petitions.petitions, name="petitions"),
    path("about/kept/", about.kept, name="kept"),
    path("about/rules/", about.rules, name="rules"),
    path("about/help/", about.helped, name="help"),
    path("about/accessibility/", about.accessibility, name="accessibility"),
]
