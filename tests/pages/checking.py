"""What is asked of every page in every state: nobody is shut out, whatever they read it with."""

import re
from collections.abc import Callable
from typing import Any, Final

import html5lib
from axe_playwright_python.async_playwright import Axe
from html5lib.html5parser import ParseError
from playwright.async_api import Page

from tests.pages.browsing import Visit

NARROW: Final = 320
# A4 with its margins, at 96 dots an inch.
PAPER: Final = 700
_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_MOST_STOPS: Final = 120
_WIDER: Final = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const over = [...document.querySelectorAll("body *")].filter((each) => {
    const box = each.getBoundingClientRect();
    for (let up = each.parentElement; up; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return false;
    }
    return box.width > 0 && box.right > room + 1;
  });
  if (over.length === 0) return [`something makes the page ${document.documentElement.scrollWidth} px wide`];
  return over.slice(0, 5).map((each) => `${each.tagName.toLowerCase()}.${each.className} ends at ` +
    Math.round(each.getBoundingClientRect().right));
}"""
# A group of radios is one stop, and what is folded, hidden or shut off is none.
_STOPS: Final = """() => {
  const found = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  const groups = new Set();
  let at = 0;
  for (const each of found) {
    if (each.disabled || each.tabIndex < 0 || !each.checkVisibility({ visibilityProperty: true })) continue;
    if (each.type === "radio") {
      const group = `${each.form ? each.form.id : ""}/${each.name}`;
      if (groups.has(group)) { continue; }
      groups.add(group);
    }
    each.dataset.testStop = String(at++);
  }
  return at;
}"""
# A banner takes the focus when a page opens, and Tab would go on from there.
_FROM_THE_TOP: Final = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""
_AT: Final = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const style = getComputedStyle(here);
  const label = here.labels && here.labels[0] ? getComputedStyle(here.labels[0], "::before") : style;
  const shown = [style, label].some((each) => each.outlineStyle !== "none" || each.boxShadow !== "none");
  const radios = here.type === "radio" ?
    [...document.getElementsByName(here.name)].map((each) => each.dataset.testStop).find(Boolean) : undefined;
  return { stop: here.dataset.testStop ?? radios ?? null, shown, words: here.outerHTML.slice(0, 120) };
}"""
_UNREACHED: Final = """(reached) => [...document.querySelectorAll("[data-test-stop]")]
  .filter((each) => !reached.includes(each.dataset.testStop)).map((each) => each.outerHTML.slice(0, 120))"""


async def faults_of(visit: Visit, *, narrow: bool = True, keyboard: bool = True) -> list[str]:
    """Everything that is wrong with the page that is open, in words; nothing for a good one."""
    html = await visit.html()
    found = [*visit.faults, *html_faults(html), *frame_faults(html)]
    if not visit.scripts:
        # The others run scripts of their own in the page, and would wait for an answer without end.
        return found
    found += await axe_faults(visit.page)
    if keyboard:
        found += await keyboard_faults(visit.page)
    if narrow:
        found += await narrow_faults(visit.page)
    return found + await print_faults(visit.page)


def html_faults(html: str) -> list[str]:
    """Where it is not HTML5."""
    parser = html5lib.HTMLParser(strict=True)
    try:
        parser.parse(html)
    except ParseError as error:
        at = parser.tokenizer.stream.position()
        line = html.splitlines()[at[0] - 1] if 0 < at[0] <= len(html.splitlines()) else ""
        return [f"HTML: {error} at line {at[0]}: {line.strip()[:160]}"]
    ids = re.findall(r'\sid="([^"]*)"', html)
    return [f"HTML: the id {each} is there twice" for each in sorted({each for each in ids if ids.count(each) > 1})]


def frame_faults(html: str) -> list[str]:
    """What every page has in its HTML, and what none has."""
    title = re.search(r"<title[^>]*>(.*?)</title>", html, re.DOTALL)
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("one h1", lambda: len(re.findall(r"<h1[\s>]", html)) == 1),
        ("a title that ends with the service", lambda: bool(title) and title[1].endswith("Placements")),  # type: ignore[index]
        ("its language", lambda: '<html lang="en"' in html),
        ("no inline style", lambda: not re.search(r"<style[\s>]|\sstyle=", html)),
        ("no script of its own in an attribute", lambda: not re.search(r"\son[a-z]+=\"", html)),
        ("no value of a program's", lambda: not re.search(r"\b(None|undefined|NaN|\[object)\b", words)),
        ("Error: first where something is wrong", lambda: ("govuk-error-summary" in html) == _says_error(title)),
    ]
    return [f"frame: {words} is missing" for words, holds in checks if not holds()]


def _says_error(title: re.Match[str] | None) -> bool:
    return bool(title) and title[1].startswith("Error: ")  # type: ignore[index]


async def axe_faults(page: Page) -> list[str]:
    """WCAG 2.2 AA as far as a program can see it."""
    options = {"runOnly": {"type": "tag", "values": list(_RULES)}, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = (await Axe().run(page, options=options)).response["violations"]
    return [f"axe: {each['id']}: {each['help']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


async def keyboard_faults(page: Page) -> list[str]:
    """Each thing that can be used is reached by Tab, and shows that it is the one."""
    await page.evaluate(_FROM_THE_TOP)
    count = min(await page.evaluate(_STOPS), _MOST_STOPS)
    reached: list[str] = []
    dim: list[str] = []
    for _ in range(count + 5):
        await page.keyboard.press("Tab")
        here = await page.evaluate(_AT)
        if here is None or here["stop"] in reached:
            break
        reached.append(here["stop"])
        if not here["shown"]:
            dim.append(here["words"])
    missed = await page.evaluate(_UNREACHED, reached) if count < _MOST_STOPS else []
    await page.evaluate("() => document.activeElement?.blur()")
    return [f"keyboard: not reached: {each}" for each in missed] + [f"keyboard: no focus seen: {each}" for each in dim]


async def narrow_faults(page: Page) -> list[str]:
    """At 320 px, which is a page at 400%, nothing runs off to the right."""
    before = page.viewport_size
    await page.set_viewport_size({"width": NARROW, "height": 800})
    over = await page.evaluate(_WIDER)
    if before is not None:
        await page.set_viewport_size(before)
    return [f"320 px: {each}" for each in over]


async def print_faults(page: Page) -> list[str]:
    """On paper the words are there, and what can only be clicked is not."""
    before = page.viewport_size
    await page.set_viewport_size({"width": PAPER, "height": 1000})
    await page.emulate_media(media="print")
    shown = await page.evaluate(
        """() => ({ words: document.querySelector("main").checkVisibility(),
          clicks: [...document.querySelectorAll(".govuk-button, .govuk-template__footer, nav")]
            .filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 80)) })"""
    )
    over = await page.evaluate(_WIDER)
    await page.emulate_media(media="screen")
    if before is not None:
        await page.set_viewport_size(before)
    lost = [] if shown["words"] else ["print: the words are not there"]
    return lost + [f"print: {each} is there" for each in shown["clicks"]] + [f"print: {each}" for each in over]
