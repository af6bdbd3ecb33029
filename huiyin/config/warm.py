"""What a web process reads before its first page, so that nobody's page waits for it."""

from pathlib import Path

from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.urls import reverse

from huiyin.core.now import now
from huiyin.interfaces.desk.views import programme
from huiyin.programme.refusal import Refused

OURS = Path(__file__).resolve().parents[1]


def warm() -> None:
    """Read every template of ours, the table of addresses and the method in force, and draw the method's page: half a
    second of a processor.

    Otherwise the first readers of each page pay for it, in every process anew after every start: 0.2 s and more.
    """
    for folder in map(Path, get_app_template_dirs("templates")):
        if OURS in folder.parents:
            for path in folder.rglob("*.html"):
                get_template(path.relative_to(folder).as_posix())
    reverse("desk:today")
    try:
        programme.ready(now())
    except Refused:
        return  # none is in force yet: pages say so themselves
