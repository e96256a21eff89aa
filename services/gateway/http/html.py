"""The few plain pages of the gateway: what a problem means, where to begin. What the API offers: `docs_page.py`."""

from html import escape

from starlette.responses import HTMLResponse

from services.gateway.http.problems import OWN, rules

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "code,pre{font-size:.95rem;background:#f3f2f1;padding:.1rem .3rem;overflow-x:auto}pre{padding:.8rem}"
    "dt{font-weight:700;margin-top:1rem}h2{margin-top:2.5rem}a{color:#1d70b8}"
    "table{border-collapse:collapse;font-size:.95rem}"
    "th,td{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0}"
    "input,button{font:inherit;padding:.2rem .5rem}section{border-top:1px solid #b1b4b6;margin-top:1.5rem}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}code,pre{background:#222}a{color:#7cb7ff}}"
)


def page(title: str, body: str, *, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>",
        status,
        headers,
    )


def problem_page(code: str) -> HTMLResponse | None:
    """None when nothing has this code."""
    if code in OWN:
        kind = OWN[code]
        return _problem(kind.title, code, kind.status, kind.words, kind.legal_refs)
    rule = rules().get(code)
    if rule is None:
        return None
    return _problem(rule.title, code, 409, " ".join((rule.__doc__ or rule.title).split()), rule.legal_refs)


def _problem(title: str, code: str, status: int, words: str, legal_refs: tuple[str, ...]) -> HTMLResponse:
    law = f"<dt>Law and guidance</dt><dd>{escape('; '.join(legal_refs))}</dd>" if legal_refs else ""
    return page(
        title,
        f"<p>{escape(words)}</p><dl><dt>Code</dt><dd><code>{escape(code)}</code></dd>"
        f'<dt>Status</dt><dd>{status}</dd>{law}</dl><p><a href="/problems">All problems</a></p>',
    )


def problem_index() -> HTMLResponse:
    titles = {code: kind.title for code, kind in OWN.items()} | {code: rule.title for code, rule in rules().items()}
    items = "".join(
        f'<li><a href="/problems/{escape(code)}"><code>{escape(code)}</code></a> {escape(title)}</li>'
        for code, title in sorted(titles.items())
    )
    return page("Problems", f"<p>Why a request may be refused, by code.</p><ul>{items}</ul>")


def index() -> HTMLResponse:
    return page(
        "Placements",
        '<ul><li><a href="/api/docs">What the API offers</a></li><li><a href="/problems">Problems by code</a></li>'
        '<li><a href="/health/ready">Is it ready?</a></li></ul>',
    )
