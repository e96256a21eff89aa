"""A referral by page: its questions one by one, kept at every step, checked, and sent."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from infra.ids import uuid7
from infra.postgres.db import connection
from services.gateway.commands import examples
from services.gateway.commands.catalogue import SPECS
from services.gateway.pages.forms.deriving import controls_of
from services.gateway.pages.forms.filling import filled
from services.gateway.pages.referral.questions import OF_DRAFT, OF_SUBMISSION, QuestionPage, is_on, page_of
from tests.gateway.driving import Driver
from tests.pages.posting import PagesOf

DRAFT, SUBMISSION = SPECS["placement"]["draft-referral"], SPECS["placement"]["submit-referral"]


def _filled(kind: str) -> dict[str, list[str]]:
    spec = SPECS["placement"][kind]
    return filled(controls_of(spec.type), examples.EXAMPLES[kind])


async def _answer(pages: PagesOf, base: str, questions: Sequence[QuestionPage], fields: Mapping[str, Any]) -> None:
    """Each page as it leads to the next."""
    often = [each for each in questions if not each.is_seldom]
    for question, following in zip(often, [*(each.slug for each in often[1:]), "check"], strict=True):
        shown = await pages.get(f"{base}/{question.slug}")
        assert shown.status_code == 200
        assert question.title in shown.text
        mine = {name: values for name, values in fields.items() if is_on(question, name)}
        answer = await pages.post(f"{base}/{question.slug}", {"command_id": base[-36:], "version": "0", **mine})
        assert answer.status_code == 303, (question.slug, answer.text)
        assert answer.headers["location"] == f"{base}/{following}"


@pytest.mark.parametrize(("spec", "pages"), [(DRAFT, OF_DRAFT), (SUBMISSION, OF_SUBMISSION)], ids=["draft", "submit"])
def test_every_field_of_the_command_is_on_one_page(spec: Any, pages: tuple[QuestionPage, ...]) -> None:
    fixed = {"home_school_urn"}
    paths = set()
    for control in controls_of(spec.type):
        inside = [f"{control.name}.{part.name}" for part in control.parts]
        paths |= set(inside) if control.name in {"pupil", "picture", "details"} else {control.name}

    assert {path for path in paths - fixed if page_of(pages, path) is None} == set()
    assert all(sum(is_on(page, path) for page in pages) == 1 for path in paths - fixed)


async def test_referral_is_told_by_its_pages_and_nothing_is_lost(whole: Driver) -> None:
    amara = await PagesOf.signed_in(whole, "case_worker")
    start = await amara.get("/referrals/new")
    found = re.search(r'href="(/referrals/new/[0-9a-f-]{36})/pupil"', start.text)
    assert found is not None
    base = found[1]

    await _answer(amara, base, OF_DRAFT, _filled("draft-referral"))
    listed, check = await amara.get("/started"), await amara.get(f"{base}/check")
    assert f'href="{base}/check"' in listed.text
    assert "Rowan Tester-Field" in check.text
    assert "Rowan" not in listed.text
    sent = await amara.post(f"{base}/check")
    assert sent.headers["location"] == f"{base}/sent", sent.text
    await whole.rest()
    begun = await amara.get(f"{base}/sent")
    reference = re.search(r"AP-[0-9A-Z-]+", begun.text)
    assert reference is not None

    led = await amara.get(f"/placements/{reference[0]}/refer")
    second = led.headers["location"].rpartition("/")[0]
    await _answer(amara, second, OF_SUBMISSION, _filled("submit-referral"))
    assert f'href="{second}/check"' in (await amara.get("/started")).text
    kept = await amara.get(f"/placements/{reference[0]}/refer")
    assert kept.headers["location"] == f"{second}/check"
    check = await amara.get(f"{second}/check")
    assert "Send the referral" in check.text, check.text
    sent = await amara.post(f"{second}/check")
    assert sent.headers["location"] == f"{second}/sent", sent.text
    await whole.rest()
    done = await amara.get(f"{second}/sent")
    assert "Referral sent" in done.text
    assert reference[0] in done.text
    assert (await amara.post(f"{second}/check")).headers["location"] == f"{second}/sent"
    async with connection(whole.gateway.engine) as conn:
        assert await conn.fetchval("SELECT count(*) FROM form_draft") == 0
        assert await conn.fetchval("SELECT count(*) FROM command WHERE kind = 'submit-referral'") == 1


@pytest.fixture
async def amara(gw: Driver) -> PagesOf:
    """The case worker of a school that is registered; nothing else runs."""
    for step in examples.BEFORE[:2]:
        (await gw.take(step)).raise_for_status()
    return await PagesOf.signed_in(gw, "case_worker")


async def test_what_is_missing_leads_to_its_page_and_back_to_the_check(amara: PagesOf) -> None:
    base = f"/referrals/new/{uuid7()}"
    fields = _filled("draft-referral")
    del fields["pupil.upn"]
    fields["pupil.born_on-year"] = ["2031"]
    for question in OF_DRAFT[:-1]:
        mine = {name: values for name, values in fields.items() if is_on(question, name)}
        answer = await amara.post(f"{base}/{question.slug}", {"command_id": base[-36:], "version": "0", **mine})
        assert answer.status_code == (422 if question.slug == "school-record" else 303)

    check = await amara.get(f"{base}/check")
    assert f'href="{base}/school-record?back=check"' in check.text
    assert "Start the referral" not in check.text
    upn = {"pupil.upn": "B801200005001", "pupil.year_group": "9", "command_id": base[-36:], "version": "0"}
    back = await amara.post(f"{base}/school-record", upn, back="check")
    assert back.headers["location"] == f"{base}/check"
    check = await amara.get(f"{base}/check")
    assert f'<a class="govuk-link" href="{base}/pupil?back=check">' in check.text


async def test_commissioner_is_the_schools_own_kind_or_the_council(amara: PagesOf) -> None:
    shown = await amara.get(f"/referrals/new/{uuid7()}/commissioner")

    assert set(re.findall(r'name="commissioner" type="radio" value="(\w+)"', shown.text)) == {"academy", "la"}


@pytest.mark.parametrize("who", ["provider_user", "auditor", "dsl"])
async def test_who_drafts_no_referral_has_no_page_for_it(amara: PagesOf, who: str) -> None:
    other = await PagesOf.signed_in(amara.driver, who)
    id_ = uuid7()

    answers = [await other.get(path) for path in ("/referrals/new", f"/referrals/new/{id_}/pupil")]

    assert {each.status_code for each in answers} == {403}
