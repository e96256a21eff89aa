"""A few shapes of SVG. Colours are classes of our stylesheet, as pages allow no style of their own."""

from markupsafe import Markup, escape

WIDE = 900
NARROW = 330


def number(value: float) -> str:
    """`12` or `12.5`: the same picture gives the same bytes."""
    return f"{value:.1f}".removesuffix(".0")


def rect(look: str, x: float, y: float, width: float, height: float) -> Markup:
    at = f'x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(height)}"'
    return Markup(f'<rect class="{look}" {at}></rect>')  # noqa: S704 - numbers, and a class of ours


def line(look: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    at = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return Markup(f'<line class="{look}" {at}></line>')  # noqa: S704 - numbers, and a class of ours


def circle(look: str, x: float, y: float, radius: float) -> Markup:
    at = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
    return Markup(f'<circle class="{look}" {at}></circle>')  # noqa: S704 - numbers, and a class of ours


def text(words: str, x: float, y: float, *, look: str = "app-draw-text", anchor: str = "start") -> Markup:
    at = f'x="{number(x)}" y="{number(y)}" text-anchor="{anchor}"'
    return Markup(f'<text class="{look}" {at}>') + escape(words) + Markup("</text>")  # noqa: S704 - as above


def drawing(width: float, height: float, says: str, *shapes: Markup) -> Markup:
    """The whole picture; `says` is what it shows, for who does not see it."""
    size = f'viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" height="{number(height)}"'
    opened = Markup(f'<svg class="app-draw" {size} role="img" aria-label="')  # noqa: S704 - numbers alone
    return opened + escape(says) + Markup('">') + Markup("").join(shapes) + Markup("</svg>")


def key(*shapes: Markup) -> Markup:
    """The sample before a line of the key: 18 by 18, and nothing to who does not see it."""
    opened = Markup('<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" focusable="false">')
    return opened + Markup("").join(shapes) + Markup("</svg>")


def swatch(look: str) -> Markup:
    """A square of the colour."""
    return key(rect(look, 1, 1, 16, 16))


def width_of(words: str, size: float = 15) -> float:
    """About how wide words are, in the fonts of the pages."""
    return len(words) * size * 0.56
