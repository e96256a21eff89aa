"""The checks of pages find what they are for: a check that passes everything proves nothing."""

import pytest
from playwright.async_api import Browser

from tests.pages import browsing
from tests.pages.browsing import Visit
from tests.pages.checking import axe_faults, frame_faults, html_faults, keyboard_faults, narrow_faults, print_faults

_BAD = """<!DOCTYPE html><html lang="en"><head><title>Bad - Placements</title>
<style>a:focus, button:focus { outline: none; } .wide { width: 900px; } @media print { main { display: none; } }</style>
</head><body><main><h1>Bad</h1><img src="data:,"><div class="wide">x</div><a href="/x">A link</a>
<button id="second">Press</button></main><nav>Links</nav>
<script>document.getElementById("second").addEventListener("focus", (event) => event.target.blur());</script>
</body></html>"""


async def test_each_check_finds_what_it_is_for(chromium: Browser) -> None:
    async with await Visit.begin(chromium, "about:blank") as visit:
        await visit.page.set_content(_BAD)

        assert any("image-alt" in each for each in await axe_faults(visit.page))
        assert any("div.wide" in each for each in await narrow_faults(visit.page))
        assert {each.split(":")[1] for each in await keyboard_faults(visit.page)} == {" no focus seen", " not reached"}
        assert {each[:20] for each in await print_faults(visit.page)} == {
            "print: the words are",
            "print: <nav>Links</n",
        }


@pytest.mark.parametrize(
    "html",
    [
        '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><p><div></div></p></body></html>',
        '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><i id="a"></i><b id="a"></b></body></html>',
        "<html><head><title>x</title></head><body></body></html>",
    ],
    ids=["misnested", "id twice", "no doctype"],
)
def test_html_with_a_fault_is_found(html: str) -> None:
    assert html_faults(html)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<h1>a</h1><h1>b</h1>", "one h1"),
        ("<title>Bad</title>", "a title that ends with the service"),
        ('<p style="color:red">', "no inline style"),
        ('<p onclick="x()">', "no script of its own in an attribute"),
        ("<p>Decided by None</p>", "no value of a program's"),
        ('<div class="govuk-error-summary">', "Error: first where something is wrong"),
    ],
    ids=["h1", "title", "style", "handler", "none", "error"],
)
def test_frame_with_a_fault_is_found(html: str, fault: str) -> None:
    assert f"frame: {fault} is missing" in frame_faults(html)


def test_browser_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(browsing.SETTING, "/opt/somewhere/chrome")

    assert str(browsing.chromium_path()) == "/opt/somewhere/chrome"


def test_machine_without_a_browser_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(browsing.SETTING, raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")

    assert browsing.chromium_path() is None
