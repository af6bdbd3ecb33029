"""What the county keeps, by which rules it works, how to be helped, who can use these pages."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.tongues import tongues
from huiyin.interfaces.public.frame import Request, page
from huiyin.programme.words import label


@require_safe
def kept(request: Request) -> HttpResponse:
    """What is kept about a resident, for how long, and who can see it."""
    keep = current(request.at).rulebook.county.keep
    spans = [(label("record_kind", kind, language()), months) for kind, months in keep.model_dump().items()]
    return page(request, "kept", {"spans": spans})


@require_safe
def rules(request: Request) -> HttpResponse:
    """The county's method as it is in force: deadlines, steps, ways, and the documents they rest on."""
    active = current(request.at).rulebook
    programmes = [
        {
            "about": programme.about,
            "matters": programme.matters,
            "publication": programme.publication,
            "flows": [
                {"flow": flow, "clocks": [programme.matters.clocks[name] for name in flow.clocks]}
                for flow in programme.matters.flows.values()
            ],
        }
        for programme in active.programmes.values()
    ]
    return page(request, "rules", {"county": active.county, "programmes": programmes})


@require_safe
def helped(request: Request) -> HttpResponse:
    """Ways without a telephone of one's own, without reading, without signal."""
    county = current(request.at).rulebook.county
    return page(request, "help", {"county": county, "tongues": tongues(county, ("phone", "proxy"))})


@require_safe
def accessibility(request: Request) -> HttpResponse:
    """What these pages hold to, and whom to tell when they do not."""
    return page(request, "accessibility", {})
