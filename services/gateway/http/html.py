"""The few plain pages of the gateway: what a problem means, where to begin. What the API offers: `docs_page.py`."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import rules

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


def page(template: str, title: str, *, headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    """A template with its values, each escaped."""
    return HTMLResponse(TEMPLATES.get_template(f"{template}.html.jinja").render(title=title, **values), 200, headers)


def problem_page(code: str) -> HTMLResponse | None:
    """None when nothing has this code."""
    if code in OWN:
        kind = OWN[code]
        return page("problem", kind.title, code=code, status=kind.status, words=kind.words, legal_refs=kind.legal_refs)
    rule = rules().get(code)
    if rule is None:
        return None
    words = " ".join((rule.__doc__ or rule.title).split())
    return page("problem", rule.title, code=code, status=409, words=words, legal_refs=rule.legal_refs)


def problem_index() -> HTMLResponse:
    titles = {code: kind.title for code, kind in OWN.items()} | {code: rule.title for code, rule in rules().items()}
    return page("problems", "Problems", titles=sorted(titles.items()))


def index() -> HTMLResponse:
    return page("index", "Placements")
