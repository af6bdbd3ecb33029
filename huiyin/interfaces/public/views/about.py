"""What the county keeps, by which rules it works, how to be helped, who can use these pages."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.tongues import tongues
from huiyin.interfaces.public.frame import Request, page
from huiyin.programme.schema.matters import Clock, Stage, Way
from huiyin.programme.words import label, of_method


@require_safe
def kept(request: Request) -> HttpResponse:
    """What is kept about a resident, for how long, and who can see it."""
    keep = current(request.at).rulebook.county.keep
    spans = [(label("record_kind", kind, language()), months) for kind, months in keep.model_dump().items()]
    return page(request, "kept", {"spans": spans})


def _called(group: str, key: str, one: Clock | Stage | Way) -> str:
    return of_method(group, key, one.title, language())


@require_safe
def rules(request: Request) -> HttpResponse:
    """The county's method as it is in force: deadlines, steps, ways, and the documents they rest on."""
    active = current(request.at).rulebook
    programmes = [
        {
            "about": programme.about,
            "ways": [(_called("way", key, way), way) for key, way in programme.matters.ways.items()],
            "matters": programme.matters,
            "publication": programme.publication,
            "flows": [
                {
                    "flow": flow,
                    "clocks": [
                        (_called("clock", name, programme.matters.clocks[name]), programme.matters.clocks[name])
                        for name in flow.clocks
                    ],
                    "stages": [(_called("step", stage.steps[0], stage), stage) for stage in flow.stages],
                }
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
