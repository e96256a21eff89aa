"""The frame of every page: safe headers, files by hashed name, problems as pages, and the look from settings."""

import re

import pytest
from pydantic import ValidationError

from domain.shared.references import parse
from infra.settings import Settings, contrast_with_white
from services.gateway.pages.web.assets import Assets
from services.gateway.pages.web.look import Branding
from tests.gateway.driving import Driver

OPEN = ("/help", "/accessibility", "/privacy-notice", "/problems", "/problems/busy")


@pytest.mark.parametrize("path", OPEN)
async def test_open_page_loads_without_signing_in(gw: Driver, path: str) -> None:
    answer = await gw.http.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.count("<h1") == 1
    assert answer.text.count(" - Placements</title>") == 1


@pytest.mark.parametrize("path", [*OPEN, "/nowhere"])
async def test_everything_a_page_names_of_ours_is_there(gw: Driver, path: str) -> None:
    named = set(re.findall(r'(?:href|src|from)(?:=| )"(/[^"#]*)"', (await gw.http.get(path)).text)) - {"/"}

    assert {each for each in named if (await gw.http.get(each)).status_code != 200} - {"/problems/not_found"} == set()


async def test_page_allows_our_own_files_and_its_nonce_only(gw: Driver) -> None:
    first, second = [await gw.http.get("/help") for _ in range(2)]
    policy = first.headers["content-security-policy"]
    nonces = set(re.findall(r'nonce="([^"]+)"', first.text))

    assert len(nonces) == 1
    assert f"script-src 'self' 'nonce-{nonces.pop()}'" in policy
    assert {"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(
        policy.split("; ")
    )
    assert "unsafe" not in policy
    assert policy != second.headers["content-security-policy"]
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", OPEN)
async def test_no_page_has_an_inline_style_or_handler(gw: Driver, path: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", (await gw.http.get(path)).text)


async def test_reference_in_the_help_is_one_that_can_be_typed(gw: Driver) -> None:
    [shown] = re.findall(r"AP-[0-9A-Z-]+", (await gw.http.get("/help")).text)

    assert parse(shown) == shown


async def test_asset_is_kept_for_a_year_under_its_hashed_name(gw: Driver) -> None:
    name = Assets("").url("govuk.css")
    answer = await gw.http.get(name)

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert (await gw.http.get(name, headers={"Accept-Encoding": "identity"})).text == answer.text


@pytest.mark.parametrize("name", ["govuk.css", "LICENCE.txt", "..%2fbase.html", "%2e%2e%2f%2e%2e%2froutes.py"])
async def test_only_hashed_names_are_served(gw: Driver, name: str) -> None:
    assert (await gw.http.get(f"/assets/{name}")).status_code == 404


@pytest.mark.parametrize(("path", "is_page"), [("/nowhere", True), ("/api/v1/nowhere", False), ("/health/x", False)])
async def test_missing_address_is_a_page_for_people_alone(gw: Driver, path: str, is_page: bool) -> None:
    answer = await gw.http.get(path)

    assert answer.status_code == 404
    assert ("<h1" in answer.text) is is_page
    assert (answer.headers["content-type"] == "application/problem+json") is not is_page


async def test_wrong_method_on_a_page_is_a_page(gw: Driver) -> None:
    answer = await gw.http.post("/help")

    assert answer.status_code == 405
    assert "This page opens another way" in answer.text


@pytest.mark.parametrize("path", ["/help?name=Zebedee", "/nowhere/Zebedee", "/problems/Zebedee"])
async def test_page_does_not_repeat_what_an_address_says(gw: Driver, path: str) -> None:
    assert "Zebedee" not in (await gw.http.get(path)).text


def test_built_look_has_neither_the_brand_nor_the_typeface_of_gov_uk() -> None:
    assets = Assets("")
    sheets = [assets.get(name) for name in assets.names.values() if name.endswith(".css")]
    css = b"".join(each.content for each in sheets if each is not None).decode()

    assert not re.search(r"GDS|@font-face|crest\.svg|@import|url\(\W*(https?|data):", css)
    assert all(target in assets.names.values() for target in re.findall(r"url\(([^)]+)\)", css))


def _settings(**given: str) -> Settings:
    needed = {"database_url": "postgresql://x@127.0.0.1/x", "keys_directory": "keys"}
    address = "http://127.0.0.1:1"
    return Settings.model_validate(needed | {"issuer": address, "jwks_url": f"{address}/j"} | given)


@pytest.mark.parametrize(
    ("owner", "heading", "keeper"),
    [("", "Alternative provision", "your school or council"), ("Alderbrook Academy",) * 3],
    ids=["nobody", "a school"],
)
def test_header_and_help_name_whose_service_it_is(owner: str, heading: str, keeper: str) -> None:
    look = Branding.of(_settings(pages_owner=owner))

    assert (look.heading, look.keeper) == (heading, keeper)


@pytest.mark.parametrize("colour", ["#ffffff", "#7f7f7f", "blue", "#12345", "#fff;}body{display:none"])
def test_colour_that_white_cannot_be_read_on_is_refused(colour: str) -> None:
    with pytest.raises(ValidationError):
        _settings(pages_colour=colour)


@pytest.mark.parametrize("colour", ["#000000", "#767676", "#1d4f76", "#7A1F3D"])
def test_dark_colour_is_taken(colour: str) -> None:
    assert _settings(pages_colour=colour).pages_colour == colour
    assert contrast_with_white(colour) >= 4.5
