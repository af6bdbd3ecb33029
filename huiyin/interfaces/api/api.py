"""The interface for machines: OpenAPI at /api/openapi.json, one shape of refusal for everything."""

from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from huiyin.interfaces.api.auth import Token
from huiyin.interfaces.api.matters import router as matters
from huiyin.interfaces.api.officials import router as officials
from huiyin.interfaces.api.places import router as places
from huiyin.interfaces.api.refusing import refuse, unread
from huiyin.interfaces.api.staff import router as staff
from huiyin.interfaces.api.strict import BadBody, StrictParser
from huiyin.interfaces.api.wall import router as wall
from huiyin.interfaces.common.phrases import language
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import say

STATUS = {"key_reused": 409, "stale": 409, "not_allowed": 403, "pages_spent": 403}


class Written(JSONRenderer):
    """JSON with its characters as they are."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="回音 Huiyin",
    version="1",
    description="Matters of residents: intake, tracking by proof, what is said under the wall, and the steps of staff.",
    parser=StrictParser(),
    renderer=Written(),
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/matters", matters)
api.add_router("/officials", officials)
api.add_router("/places", places)
api.add_router("/wall", wall)
api.add_router("/staff", staff, auth=Token())


@api.exception_handler(Missing)
def _missing(request: HttpRequest, problem: Missing) -> HttpResponse:
    return refuse(404, "not_found", problem.sentence(language()))


@api.exception_handler(Refused)
def _refused(request: HttpRequest, problem: Refused) -> HttpResponse:
    return refuse(STATUS.get(problem.code, 422), problem.code, problem.sentence(language()), problem.field)


@api.exception_handler(HttpError)
def _unread(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """What the framework could not read; it hides our reason behind its own."""
    cause = problem.__cause__
    return unread(cause if isinstance(cause, BadBody) else BadBody(problem.status_code, "bad_request"))


@api.exception_handler(UnreadablePostError)
def _broken_off(request: HttpRequest, problem: UnreadablePostError) -> HttpResponse:
    """The sender went away or fell silent in the middle of a message."""
    return unread(BadBody(400, "bad_request"))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """The first field that is wrong, by name; what was sent is not repeated."""
    first: dict[str, Any] = problem.errors[0] if problem.errors else {}
    where = [
        str(part) for part in first.get("loc", ()) if str(part) not in ("body", "query", "path", "header", "words")
    ]
    missing = first.get("type") == "missing"
    code = "value_missing" if missing else "value_wrong"
    return refuse(422, code, say(code, language()), where[-1] if where else "")


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
    return refuse(401, "sign_in", say("sign_in", language()))
