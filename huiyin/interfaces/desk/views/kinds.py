"""The other kinds of links: a department's village, an officer's villages, who helps of free will, who takes turns."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk.looking_back import Back, looked
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import ties as actions
from huiyin.register.queries import sets as set_queries
from huiyin.register.queries import ties as queries
from huiyin.register.queries import turns as turn_queries
from huiyin.register.queries.ties import KindPage


@guarded
@require_safe
def kinds(request: Asked) -> HttpResponse:
    """Every kind of the programmes in force that gives no household its official."""
    back, at = looked(request), request.at
    context = {"rows": queries.kinds(back.viewer, at), "sets": set_queries.kinds(back.viewer, at), **back.context()}
    return show(request, "desk/links/kinds.html", context, status=back.status)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def sets(request: Asked, programme: str, pairing: str) -> HttpResponse:
    """The sets of a pairing with a composition; one is taken whole, or refused with what it lacks."""
    viewer, at, post = request.viewer, request.at, request.POST
    back = looked(request)
    kind, rows = set_queries.one(back.viewer, at, programme=programme, pairing=pairing)
    problem, status = "", back.status
    if request.method == "POST" and post.get("do") != "find":
        try:
            homes = set_queries.by_codes(viewer, post.get("codes", "")[:2_000])
            official = typed.official(post.get("official", ""))
            actions.link_set(
                by=viewer, at=at, programme=programme, pairing=pairing, official_id=official, household_ids=homes
            )
            return redirect("desk:link_sets", programme, pairing)
        except Refused as refused:
            problem, status = refused.sentence(language()), 422
    who = post.get("q", "")[:60]
    context = {
        "kind": kind,
        "rows": rows,
        "short": sum(bool(row.lacking) for row in rows),
        "problem": problem,
        "who": who,
        "codes": post.get("codes", "")[:2_000],
        "chosen": post.get("official", ""),
        "people": [(str(key), words) for key, words in queries.givers(viewer, at, kind.pairing, who)],
        "may_edit": back.day is None and viewer.may("register.edit"),
        **back.context(),
    }
    return show(request, "desk/links/sets.html", context, status=status)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: Asked, programme: str, pairing: str) -> HttpResponse:
    """One kind: its links, what has none, who takes turns next; begun and ended here."""
    after = request.GET.get("after", "")[:60]
    back = looked(request) if request.method != "POST" else Back(request.viewer, None, "")
    page = queries.one(back.viewer, request.at, programme=programme, pairing=pairing, after=after)
    if request.method != "POST" or request.POST.get("do") == "find":
        return _page(request, page, "", status=back.status, **back.context())
    try:
        _act(request, page)
    except Missing:
        raise
    except Refused as refused:
        return _page(request, page, refused.sentence(language()), status=422)
    return redirect("desk:link_kind", programme, pairing)


@guarded
@require_safe
def turns(request: Asked, programme: str, pairing: str) -> HttpResponse:
    """Who has not yet taken their turn of a kind that exchanges a share each year."""
    after = request.GET.get("after", "")[:30]
    back = looked(request)
    found = turn_queries.of_pairing(back.viewer, request.at, programme=programme, pairing=pairing, after=after)
    pager = Pager(after=f"?{urlencode({'after': found.after, **back.kept})}" if found.after else "")
    context = {"turns": found, "programme": programme, "pairing": pairing, "pager": pager, **back.context()}
    return show(request, "desk/links/turns.html", context, status=back.status)


def _act(request: Asked, page: KindPage) -> None:
    by, at, post = request.viewer, request.at, request.POST
    match post.get("do"):
        case "end":
            actions.end_tie(by=by, at=at, tie_id=typed.known(post.get("tie", "")))
        case "tie":
            asked = page.kind.pairing
            giver = typed.chosen(post.get("giver", ""), "value_missing", field="giver")
            given: dict[str, Any] = {f"{asked.giver}_id": giver}
            target = post.get("target", "")[:40]
            if asked.to == "household":
                given["to_household_id"] = typed.chosen(target, "value_missing", field="target")
            elif asked.to in queries.BODIES:
                given["to_body_id"] = typed.chosen(target, "value_missing", field="target")
            else:
                given["to_place"] = target
            actions.tie(by=by, at=at, programme=page.kind.programme, pairing=page.kind.name, **given)
        case _:
            raise Refused("value_unknown")


def _more(after: str, day: date | None) -> dict[str, str]:
    """What leads on to the next page of the same day."""
    return {"after": after} | ({"day": day.isoformat()} if day else {})


def _page(request: Asked, page: KindPage, problem: str, status: int = 200, **day: Any) -> HttpResponse:
    viewer, at, post = request.viewer, request.at, request.POST
    asked, who, where = page.kind.pairing, post.get("q", "")[:60], post.get("t", "")[:60]
    context = {
        "page": page,
        "kind": page.kind,
        "problem": problem,
        "who": who,
        "where": where,
        "givers": [(str(key), words) for key, words in queries.givers(viewer, at, asked, who)],
        "targets": queries.targets(viewer, asked, where),
        "pager": Pager(after=f"?{urlencode(_more(page.after, day.get('day')))}" if page.after else ""),
        "may_edit": not day.get("day") and viewer.may("register.edit"),
        **day,
    }
    return show(request, "desk/links/kind.html", context, status=status)
