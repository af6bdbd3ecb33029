"""The one shape of refusal, and what is refused before a body is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from huiyin.core.throttle import Wait
from huiyin.interfaces.api.strict import BadBody, look
from huiyin.interfaces.common.phrases import language
from huiyin.programme.words import say

View = Callable[..., HttpResponse]
A_MINUTE = 60


def refuse(status: int, code: str, sentence: str, field: str = "") -> HttpResponse:
    """A code for machines, a sentence for people, the field it is about."""
    body = {"error": code, "sentence": sentence, "field": field}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def unread(problem: BadBody) -> HttpResponse:
    """A body that was not taken."""
    return refuse(problem.status, problem.code, say(problem.code, language()))


def later(wait: Wait) -> HttpResponse:
    """429 with Retry-After; the sentence counts seconds where a minute is meant, else minutes."""
    if wait.seconds > A_MINUTE:
        sentence = say("wait_tries", language(), minutes=-(-wait.seconds // A_MINUTE))
    else:
        sentence = say("too_many", language(), seconds=wait.seconds)
    answer = refuse(429, "too_many", sentence)
    answer.headers["Retry-After"] = str(wait.seconds)
    return answer


def takes_json(view: View) -> View:
    """Let only a body near that says it is JSON, and is no larger than one may be."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        try:
            look(request)
        except BadBody as problem:
            return unread(problem)
        return view(request, *args, **values)

    return answer
