"""How far the county's telephone numbers reach: counts by place and by system, no number on any page."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common.shapes import Link
from huiyin.interfaces.desk.looking_back import looked
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.register.queries import phones
from huiyin.register.queries.bodies import Class
from huiyin.register.rules import codes


@guarded
@require_safe
def reach(request: Asked) -> HttpResponse:
    """A place, its parts from the least reached on; in a county those in office by system, a system by unit."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    county = current(at).rulebook.county.code
    under = (request.GET.get("under") or begins_at(viewer, county))[:15]
    by: Class = "industry" if "industry" in request.GET or request.GET.get("by") == "industry" else "system"
    named_ = request.GET[by][:60] if by in request.GET else None
    back = looked(request)
    found = phones.frame(back.viewer, at, under=under, by=by, named=named_)
    place, crumbs = named(request, under, "desk:phones", back=back)
    page = reverse("desk:phones")
    context = {
        "found": found,
        "under": under,
        "place": place,
        "crumbs": crumbs,
        "by": by,
        "named": named_,
        "percent": f"{found.whole.share * 100:.1f}%",
        "parts": [
            {"row": one, "deeper": bool(one.code) and not one.few and codes.width(one.code) < codes.WIDTHS[5]}
            for one in found.parts
        ],
        "units": [
            {"row": one, "link": Link(one.system, f"{page}?{urlencode({'under': under, by: one.system, **back.kept})}")}
            for one in found.units
        ],
        "village": codes.width(under) >= codes.WIDTHS[4],
        **back.context(under=under, **{by if named_ is not None else "by": named_ if named_ is not None else by}),
    }
    return show(request, "desk/people/phones.html", context, status=back.status)
