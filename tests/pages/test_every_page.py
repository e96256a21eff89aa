"""What holds for every route of the pages, found from the application: sessions, forms, readings, and who sees what."""

import io
import logging
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import AsyncExitStack
from typing import Any, Final
from urllib.parse import quote, quote_plus

import pytest
import structlog

from infra.log import configure
from infra.postgres.db import connection
from services.gateway.commands.examples import PLACEMENT_ID, PUPIL_ID
from services.local.people import PEOPLE, DemonstrationPerson
from tests.gateway.driving import EXAMPLE_PROVIDER_USER, Driver
from tests.pages.every_page import Opener, Page, opener, pages_of

_NOBODYS: Final = "0190a1b2-0000-7000-8000-00000000ffff"
# Pages that open for whoever asks. All others lead to the sign-in.
OPEN: Final[Mapping[str, str]] = {
    "GET /assets/{name}": "the files of the look, which the sign-in page needs",
    "GET /help": "help for who cannot sign in",
    "GET /accessibility": "the statement is public by law",
    "GET /privacy-notice": "the notice is public by law",
    "GET /problems": "the words of refusals, which the API links to",
    "GET /problems/{code}": "the words of one refusal, which the API links to",
    "GET /sign-in": "the way in",
    "GET /sign-in/start": "the way in",
    "GET /sign-in/callback": "the way in: the issuer's answer",
    "GET /signed-out": "the way out",
    "POST /sign-out": "whose session is over already is told the same",
    "POST /sign-in/back-channel-logout": "the issuer asks, and proves itself by its signature",
}
# Forms that have no token of a session, and why nobody is harmed.
WITHOUT_TOKEN: Final[Mapping[str, str]] = {
    "POST /sign-in/back-channel-logout": "the issuer asks, and proves itself by its signature",
}
# Every page that is about no one child, and what it shows instead. A page about one child needs no line: it is logged.
SHOWS_NO_CHILD: Final[Mapping[str, str]] = {
    **{name: "the same for everybody" for name in OPEN if name.startswith("GET ")},
    "GET /audit": "what may be audited",
    "GET /audit/access-log": "ids of readings; the reading of the log itself is logged",
    "GET /referrals/new": "what a referral needs; forms begun of no placement are the visitor's own",
    "GET /referrals/new/{command_id}/check": "the visitor's own form, of a child without a record yet",
    "GET /referrals/new/{command_id}/sent": "what became of the visitor's own form",
    "GET /referrals/new/{command_id}/{slug}": "the visitor's own form, of a child without a record yet",
    "GET /started": "the visitor's own forms",
    "GET /your-sessions": "the sessions of who asks",
    "GET /choose-organisation": "the organisations of who asks",
    "GET /concerns": "no concern is open in the told story: test_concerns.py opens one, and finds its reading logged",
    "GET /concerns/raise": "a way to a form, which shows the list where a reference is none",
    "GET /providers": "the directory, which names no child",
    "GET /providers/{provider_id}": "a provider's record, which names no child",
    "GET /providers/{provider_id}/directory-entry": "a provider's record, which names no child",
    "GET /schools/{urn}": "a school's record, which names no child",
    "GET /placements/search": "an empty box",
    "GET /team/done/{sent_with}": "references alone",
    "GET /on-hold": "as /placements, and no placement of the told story is on hold",
    "GET /team": "as /team/{worker}, and each case of the told story has a case worker",
    "GET /providers/{provider_id}/do/{command}": "a provider's record, which names no child",
    "GET /providers/{provider_id}/do/{command}/{command_id}": "the visitor's own form about a provider",
    "GET /providers/{provider_id}/do/{command}/{command_id}/check": "the visitor's own form about a provider",
    "GET /schools/{urn}/do/{command}/{command_id}": "the visitor's own form about a school",
    "GET /schools/{urn}/do/{command}/{command_id}/check": "the visitor's own form about a school",
    "GET /providers/{provider_id}/done/{command_id}": "a provider's record, which names no child",
    "GET /schools/{urn}/do/{command}": "a school's record, which names no child",
    "GET /schools/{urn}/done/{command_id}": "a school's record, which names no child",
}
# Lists that name children: each child that is named has its reading logged.
LISTS_CHILDREN: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("GET /", "GET /placements", "GET /placements.csv", "GET /due", "GET /overdue", "GET /reviews/due"),
            *("GET /team/{worker}", "GET /overview"),
        ),
        "",
    ),
    "GET /today": "?date=2026-12-10",
}
# Who opens what a case worker of the school may not, and pages that the told story has nothing for.
OPENED_BY: Final[Mapping[str, str]] = {
    "/overview": "lorcan-la-officer",
    "/placements/{placement_id}/attendance/{iso_week}/do/{command}": EXAMPLE_PROVIDER_USER.slug,
    "/schools/{urn}/do/{command}": "hector-head",
    "/schools/{urn}/do/{command}/{command_id}": "hector-head",
    "/schools/{urn}/do/{command}/{command_id}/check": "hector-head",
    "/schools/{urn}/done/{command_id}": "hector-head",
}
NOTHING_TOLD: Final[Mapping[str, str]] = {
    "GET /placements/{placement_id}/attendance/{iso_week}/done/{command_id}": "no mark is given in the told story",
    **{
        f"GET {path}/do/{{command}}/{{command_id}}{end}": "no form is begun in the told story"
        for path in (
            "/placements/{placement_id}",
            "/placements/{placement_id}/attendance/{iso_week}",
            "/pupils/{pupil_id}",
        )
        for end in ("", "/check")
    },
    "GET /placements/{placement_id}/refer": "the told story has submitted its referral",
    "GET /placements/{placement_id}/refer/{command_id}/check": "the told story has submitted its referral",
    "GET /placements/{placement_id}/refer/{command_id}/{slug}": "the told story has submitted its referral",
    "GET /pupils/{pupil_id}/done/{command_id}": "nothing is given of the pupil alone in the told story",
}
# Of no case of the story, in each role that decides something: a role alone opens no page of another organisation.
STRANGERS: Final = (
    *(
        DemonstrationPerson(slug=f"other-{role}", name="Una Elsewhere", roles=(role,), org="school:900099")
        for role in ("case_worker", "head", "dsl", "body_delegate", "parent", "pupil")
    ),
    DemonstrationPerson(slug="other-officer", name="Una Elsewhere", roles=("la_officer",), org="la:999"),
    DemonstrationPerson(slug="other-virtual-school", name="Una Elsewhere", roles=("virtual_school",), org="la:999"),
    DemonstrationPerson(
        slug="other-provider", name="Una Elsewhere", roles=("provider_user",), org=f"provider:{_NOBODYS}"
    ),
)
# Forms that are shown again, with nothing done, where the session that showed them is over: nothing typed is lost.
SHOWN_AGAIN: Final = ("/do/{command}", "/{command_id}/check", "/{command_id}/{slug}")
EVERYBODY: Final = (*PEOPLE, EXAMPLE_PROVIDER_USER, *STRANGERS)
READERS: Final = (
    "amara-case-worker",
    "hector-head",
    "aubrey-auditor",
    "rufus-case-worker",
    EXAMPLE_PROVIDER_USER.slug,
)
PRIVATE: Final = ("Rowan", "Tester-Field", "Marlow", "B801200005001")
_NOT_SEEN, _REFUSED = 404, 403


@pytest.fixture
async def openers(told_driver: Driver) -> AsyncIterator[dict[str | None, Opener]]:
    async with AsyncExitStack() as stack:
        found: dict[str | None, Opener] = {None: await opener(told_driver, None)}
        for person in EVERYBODY:
            found[person.slug] = await opener(told_driver, person)
        for each in found.values():
            stack.push_async_callback(each.http.aclose)
        yield found


@pytest.fixture
def written(told_driver: Driver) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(
        told_driver.gateway.settings.model_copy(update={"log_format": "json", "log_level": "debug"}), stream=stream
    )
    yield stream
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


def _names(pages: Collection[Page]) -> set[str]:
    return {page.name for page in pages}


async def _readings(driver: Driver, after: int = 0) -> list[tuple[int, str, Any]]:
    """The number of each reading, which page it was of, and the placement."""
    asked = "SELECT access_id, what, placement_id FROM access_log WHERE access_id > $1 ORDER BY access_id"
    async with connection(driver.gateway.engine) as conn:
        return [(each["access_id"], each["what"], each["placement_id"]) for each in await conn.fetch(asked, after)]


async def test_every_page_has_its_line_in_the_tables(told_driver: Driver) -> None:
    pages = await pages_of(told_driver)
    named = _names(pages)

    unstated = {
        page.name
        for page in pages
        if page.method == "GET" and not page.of_a_child and page.name not in {*SHOWS_NO_CHILD, *LISTS_CHILDREN}
    }
    stated = {*OPEN, *WITHOUT_TOKEN, *SHOWS_NO_CHILD, *LISTS_CHILDREN, *NOTHING_TOLD}

    assert unstated == set(), "say in SHOWS_NO_CHILD or LISTS_CHILDREN what these pages show"
    assert stated - named == set(), "these lines are of no page"
    assert {page.path for page in pages} >= OPENED_BY.keys()
    assert not {page.name for page in pages if page.of_a_child} & SHOWS_NO_CHILD.keys()


async def test_every_page_that_shows_a_child_logs_its_reading(
    told_driver: Driver, openers: Mapping[str | None, Opener]
) -> None:
    unlogged, statuses = [], {}
    shown = [
        page
        for page in await pages_of(told_driver)
        if page.method == "GET" and (page.of_a_child or page.name in LISTS_CHILDREN)
    ]
    for page in shown:
        last = max((number for number, _, _ in await _readings(told_driver)), default=0)
        url = page.url + LISTS_CHILDREN.get(page.name, "")
        statuses[page.name] = (await openers[_reader(page)].get(url)).status_code
        logged = await _readings(told_driver, last)
        if not any(what and placement_id == PLACEMENT_ID for _, what, placement_id in logged):
            unlogged.append(page.name)

    assert shown
    assert unlogged == []
    assert {name for name, status in statuses.items() if status != 200} ^ NOTHING_TOLD.keys() == set()


def _reader(page: Page) -> str:
    return OPENED_BY.get(page.path, "amara-case-worker")


async def test_every_page_needs_a_session_or_is_stated_to_be_open(
    told_driver: Driver, openers: Mapping[str | None, Opener]
) -> None:
    nobody = openers[None]
    opened = set()
    for page in await pages_of(told_driver):
        answer = await nobody.ask(page)
        leads = answer.status_code == 303 and answer.headers["location"].partition("?")[0] == "/sign-in"
        if not leads and answer.status_code != 401:
            opened.add(page.name)
        assert not any(each in answer.text for each in PRIVATE), page.name

    assert opened == OPEN.keys()


async def test_every_form_without_the_token_of_its_session_is_refused(
    told_driver: Driver, openers: Mapping[str | None, Opener]
) -> None:
    taken = set()
    other = openers["dilys-dsl"].session
    assert other is not None
    for page in await pages_of(told_driver):
        if page.method != "POST":
            continue
        visitor = openers[_reader(page)]
        own = visitor.session
        assert own is not None
        before = await _stored(told_driver)
        without = [
            await visitor.post(page.url),
            await visitor.post(page.url, ""),
            await visitor.post(page.url, other.csrf),
            await visitor.post(f"{page.url}?csrf={own.csrf}"),
        ]
        elsewhere = [
            await visitor.http.post(page.url, data={"csrf": own.csrf}, headers={"Sec-Fetch-Site": "cross-site"}),
            await visitor.http.post(page.url, data={"csrf": own.csrf}, headers={"Origin": "https://evil.test"}),
        ]
        refused = elsewhere if page.path.endswith(SHOWN_AGAIN) else [*without, *elsewhere]
        if not all(each.status_code == _REFUSED and "form_of_another" in each.text for each in refused):
            taken.add(page.name)
        assert await _stored(told_driver) == before, page.name
        assert not any("/done/" in each.headers.get("location", "") for each in without), page.name

    assert taken == WITHOUT_TOKEN.keys()


async def _stored(driver: Driver) -> tuple[int, ...]:
    """How many commands, forms and sessions there are."""
    asked = (
        "SELECT (SELECT count(*) FROM command), (SELECT count(*) FROM form_draft), (SELECT count(*) FROM web_session)"
    )
    async with connection(driver.gateway.engine) as conn:
        return tuple(await conn.fetchrow(asked))


async def test_every_page_of_a_child_is_for_who_sees_the_child(
    told_driver: Driver, openers: Mapping[str | None, Opener]
) -> None:
    strangers = {person.slug for person in EVERYBODY if await _sees_nothing(told_driver, person)}
    wrong = []
    for page in await pages_of(told_driver):
        if not page.of_a_child:
            continue
        for who in sorted(strangers):
            answer = await openers[who].ask(page)
            if answer.status_code != _NOT_SEEN or any(each in answer.text for each in PRIVATE):
                wrong.append((page.name, who, answer.status_code))

    assert {"rufus-case-worker", "kit-key-college", *(each.slug for each in STRANGERS)} <= strangers
    assert wrong == []


async def _sees_nothing(driver: Driver, person: DemonstrationPerson) -> bool:
    headers = {"Authorization": f"Bearer {driver.tokens.mint(person)}"}
    answer = await driver.http.get(f"/api/v1/placements/{PLACEMENT_ID}", headers=headers)
    assert answer.status_code in {200, _REFUSED, _NOT_SEEN}
    return answer.status_code == _NOT_SEEN


async def test_a_page_that_is_not_there_is_as_one_of_a_stranger(openers: Mapping[str | None, Opener]) -> None:
    for who in ("rufus-case-worker", "kit-key-college"):
        for path, own in (("placements", PLACEMENT_ID), ("pupils", PUPIL_ID)):
            for rest in ("do/log-contact", f"done/{_NOBODYS}"):
                there, nowhere = [await openers[who].get(f"/{path}/{each}/{rest}") for each in (own, _NOBODYS)]
                assert (there.status_code, _body(there.text)) == (nowhere.status_code, _body(nowhere.text))


def _body(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


async def test_no_page_sends_a_name_elsewhere_or_is_kept(
    told_driver: Driver, openers: Mapping[str | None, Opener], written: io.StringIO
) -> None:
    wrong = []
    for page in await pages_of(told_driver):
        for who in (
            "amara-case-worker",
            "hector-head",
            "aubrey-auditor",
            EXAMPLE_PROVIDER_USER.slug,
            "rufus-case-worker",
        ):
            if page.path in {"/sign-out", "/your-sessions", "/choose-organisation"} and page.method == "POST":
                continue
            answer = await openers[who].ask(page)
            wrong += [(page.name, who, fault) for fault in _leaks(page, answer)]

    assert wrong == []
    assert '"event": "request"' in written.getvalue()
    assert not [each for each in PRIVATE if each in written.getvalue()]


def _leaks(page: Page, answer: Any) -> list[str]:
    faults = []
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if any(each in headers for each in _forms_of(PRIVATE)):
        faults.append("a name in a header")
    addresses = " ".join(part.partition('"')[0] for part in answer.text.split('="')[1:] if part.startswith(_ADDRESS))
    if any(each in addresses for each in _forms_of(PRIVATE)):
        faults.append("a name in an address")
    if answer.headers.get("referrer-policy") not in {"no-referrer", "same-origin"}:
        faults.append("a referrer that other sites see")
    if page.path != "/assets/{name}" and "no-store" not in answer.headers.get("cache-control", ""):
        faults.append("kept by browsers")
    if answer.headers.get("x-content-type-options") != "nosniff":
        faults.append("a type that browsers guess")
    return faults


_ADDRESS: Final = ("/", "http", "?", "mailto:")


def _forms_of(names: Collection[str]) -> set[str]:
    return {form for name in names for form in (name, quote(name), quote_plus(name), name.lower())}
