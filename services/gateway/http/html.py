"""The plain pages for who writes programs: where to begin. What the API offers: `docs_page.py`."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

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


def index() -> HTMLResponse:
    return page("index", "Placements")
