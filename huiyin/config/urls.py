"""One include per door."""

from django.urls import include, path

handler400 = "huiyin.interfaces.common.pages.bad_request"
handler403 = "huiyin.interfaces.common.pages.forbidden"
handler404 = "huiyin.interfaces.common.pages.not_found"
handler500 = "huiyin.interfaces.common.pages.server_error"

urlpatterns = [
    path("", include("huiyin.interfaces.public.urls")),
    path("", include("huiyin.interfaces.common.urls")),
    path("account/", include("huiyin.interfaces.desk.account_urls")),
    path("desk/", include("huiyin.interfaces.desk.urls")),
    path("api/", include("huiyin.interfaces.api.urls")),
    path("hooks/", include("huiyin.interfaces.hooks.urls")),
]
