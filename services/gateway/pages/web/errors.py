"""What went wrong, as a page: in the words of somebody who can help, and never with what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.gateway.http.problems import RETRY_AFTER_SECONDS, Problem
from services.gateway.pages.web.page import page

_NOTHING_LOST = "Nothing was half done. If you were filling in a form, go back and send it again."


@dataclass(frozen=True, slots=True)
class _Words:
    heading: str
    says: tuple[str, ...]


_BY_STATUS: Final[Mapping[int, _Words]] = {
    401: _Words("Sign in to see this page", ("You are not signed in, or your session has ended.",)),
    403: _Words("You cannot see this page", ("Your role does not include this page.",)),
    404: _Words(
        "Page not found",
        (
            "There is nothing at this address, or you may not see it.",
            "If you typed the address, check it is correct.",
            "If you followed a link, the placement may no longer be yours to see.",
        ),
    ),
    405: _Words("This page opens another way", ("Go to the page before this one and follow its link or button.",)),
    409: _Words("This cannot be done now", ("The record has changed since you opened the page.",)),
    410: _Words("This record is in the archive", ("Ask whoever keeps the archive for the file.",)),
    413: _Words("What you sent is too long", ("Send less text at a time. A form can hold 1 MB.",)),
    422: _Words("There is a problem with the address", ("Part of the address of this page is not in the right form.",)),
    429: _Words("Wait a moment and try again", ("You have opened a lot in a short time.",)),
    503: _Words("The service is not available for a moment", (_NOTHING_LOST, "Try again in a minute.")),
    500: _Words("There is a problem with the service", (_NOTHING_LOST, "Try again later.")),
}
_BY_CODE: Final[Mapping[str, _Words]] = {
    "personal_data_erased": _Words(
        "This pupil's record has been erased", ("What the record said of the pupil cannot be read any more.",)
    ),
    "organisation_not_allowed": _Words(
        "This belongs to another organisation",
        ("You are signed in for one school, provider or council, and this page is about another.",),
    ),
    "too_many_readings": _Words(
        "You have opened as many records as one person can in an hour",
        ("Each record that is opened is logged. You can open more later.",),
    ),
    "keys_away": _Words("Pupils' records cannot be opened for a moment", (_NOTHING_LOST, "Try again in a minute.")),
    "sign_in_away": _Words("Signing in does not work for a moment", ("Try again in a minute.",)),
}


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    kind = problem.kind
    words = _BY_CODE.get(kind.code) or _BY_STATUS.get(kind.status) or _BY_STATUS[500]
    answer = page(
        request,
        getattr(request.state, "visitor", None),
        "error.html",
        status=kind.status,
        heading=words.heading,
        says=words.says,
        code=kind.code,
        request_id=problem.more.get("request_id"),
    )
    answer.headers.update(problem.headers)
    if kind.status in {429, 503}:
        answer.headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return answer
