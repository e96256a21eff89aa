"""Documents say everything that their clauses ask of them, made from the record alone."""

from dataclasses import replace
from typing import Any

import pytest

from domain.documents import directory
from domain.documents.addressees import addressees
from domain.documents.catalogue import MAKES, document_id, documents
from domain.documents.model import NOT_RECORDED, Document
from domain.documents.phrases import code, told
from domain.documents.signing import signatures
from domain.documents.source import Source, source
from domain.placement.parts.surroundings import Surroundings
from domain.placement.stages import Stage
from domain.provider.state import DirectoryEntry
from events.codes import (
    DocumentKind,
    LegalBasis,
    MealArrangement,
    ParentStance,
    ProviderKind,
    QaSectionStatus,
    RecipientRole,
    ReviewDecision,
    RuleId,
    SettingType,
    TransportMode,
)
from events.ids import DocumentId, EventId
from events.placement.agreement import AgreementIssued, AgreementSigned, NoticeGiven
from events.placement.contact import MealsArranged, TransportArranged
from events.placement.decision import PlacementDetermined
from events.placement.ending import PlacementClosed, ReintegrationPlanned
from events.placement.letters import DocumentProduced
from events.placement.referral import ReferralSubmitted
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified, ReviewRequestRefused
from events.placement.union import PlacementEvent
from events.provider import QaVisitRecorded
from events.values.provider import QaSection, Site
from events.values.referral import Parent, Unknown
from events.values.sessions import SessionTimes
from tests.domain.changes import with_fields
from tests.domain.documenting import closed, records, running, source_of
from tests.domain.examples import PROVIDER, PUPIL, SITE, TIMES, at, day, picture, submit
from tests.dsl import Given, an_id

CAUSES: dict[DocumentKind, type] = {
    DocumentKind.REFERRAL_FORM: ReferralSubmitted,
    DocumentKind.AGREEMENT: AgreementIssued,
    DocumentKind.NOTICE: NoticeGiven,
    DocumentKind.LA_NOTICE: NoticeGiven,
    DocumentKind.REVIEW_INVITATION: ReviewInvitationGiven,
    DocumentKind.OUTCOME_NOTIFICATION: ReviewOutcomeNotified,
    DocumentKind.REVIEW_REFUSAL: ReviewRequestRefused,
    DocumentKind.REINTEGRATION_PLAN: ReintegrationPlanned,
    DocumentKind.PLACEMENT_RECORD: PlacementClosed,
}


def made(kind: DocumentKind, given: Given | None = None) -> Document:
    """The first document of a kind."""
    record = source_of(given or closed(), up_to=CAUSES[kind])
    return next(each for each in documents(record) if each.kind is kind)


def whole(document: Document) -> str:
    """Everything that a document says, as one text."""
    parts = [document.title, document.about, *document.opening]
    for section in document.sections:
        parts += [section.heading, *section.paragraphs]
        parts += [f"{each.label}: {line}" for each in section.items for line in each.lines]
        parts += [f"{table.caption}: {' | '.join(row)}" for table in section.tables for row in table.rows]
    return "\n".join(parts)


K = DocumentKind
REG = "SI 2010/1156 reg"
_REG_3_4 = [
    (f"{REG} 3(4)(a)", "Address to go to: 1 Workshop Lane"),
    (f"{REG} 3(4)(b)", "Person to report to on the first day: the site lead"),
    (f"{REG} 3(4)(c)", "How long it lasts: 40 school days"),
    (f"{REG} 3(4)(d)", "Reasons: to improve behaviour"),
    (f"{REG} 3(4)(d)", "Objectives: Attend each session | 6 of 10 | 9 of 10 | attendance register"),
    (f"{REG} 3(4)(e)", "Times of each day: Morning starts: 09:00"),
    (f"{REG} 3(4)(e)", "Times of each day: Break starts: 12:00"),
    (f"{REG} 3(4)(e)", "Times of each day: Break ends: 12:45"),
    (f"{REG} 3(4)(e)", "Times of each day: Afternoon ends: 15:00"),
    (f"{REG} 3(2)", "First day: Thursday 26 November 2026"),
    (f"{REG} 4(1)(a)", "Reviews planned by: Wednesday 20 January 2027"),
    (f"{REG} 4A", "Asking for a review: You can ask for a review in writing"),
    (None, "Transport: a bus pass from the school"),
    (None, "Can have free school meals: No"),
    (None, "At the provider, ask for: the site lead"),
    (None, "At the school, ask for: The case worker"),
]
_LOCAL = "local policy: one commissioning agreement for each pupil"
_KCSIE = "KCSIE: alternative provision"
_RETURN = "DfE guidance on alternative provision: the return to school"
_FULL = "local policy: full record of every placement"
_FORM = "local policy: referral form"
DEMANDED: list[tuple[DocumentKind, str | None, str]] = [
    *((K.NOTICE, clause, told_) for clause, told_ in _REG_3_4),
    *((K.LA_NOTICE, clause, told_) for clause, told_ in _REG_3_4),
    (K.LA_NOTICE, None, "School named in section I: Hillcross Academy"),
    (K.LA_NOTICE, None, "Section F, in short: weekly mentoring"),
    (K.REVIEW_INVITATION, f"{REG} 5", "Date and time: Monday 14 December 2026 at 10:00"),
    (K.REVIEW_INVITATION, f"{REG} 5", "Place: The library"),
    (K.REVIEW_INVITATION, f"{REG} 5", "Who is invited: Nominee of the trust board"),
    (K.REVIEW_INVITATION, f"{REG} 5", "Come to the meeting: You can come and say"),
    (K.REVIEW_INVITATION, f"{REG} 5", "Or write beforehand: You can send your views in writing before the meeting"),
    (K.OUTCOME_NOTIFICATION, f"{REG} 4(1)(b)", "What was decided: The placement goes on as it is"),
    (K.OUTCOME_NOTIFICATION, f"{REG} 4(1)(b)", "Goes on until: Thursday 25 March 2027"),
    (K.OUTCOME_NOTIFICATION, f"{REG} 6", "Reasons: The objectives are nearly met"),
    (K.OUTCOME_NOTIFICATION, f"{REG} 4(1)(a)", "Reviews planned by: Monday 1 March 2027"),
    (K.OUTCOME_NOTIFICATION, f"{REG} 4A", "Asking for a review: You can ask for a review in writing"),
    (K.OUTCOME_NOTIFICATION, None, "How we thought about what people said: The letter was read out"),
    (K.OUTCOME_NOTIFICATION, None, "Who attended: Head teacher and parent"),
    (K.REVIEW_REFUSAL, f"{REG} 4A", "Last review held on: Thursday 17 December 2026"),
    (
        K.REVIEW_REFUSAL,
        f"{REG} 4A",
        "The rule: The school must hold a review that you ask for. It does not have to if there was a review in the 10",
    ),
    (K.REVIEW_REFUSAL, f"{REG} 4A", "Asking again: You can ask again in writing on or after Friday 26 February 2027"),
    (K.REVIEW_REFUSAL, f"{REG} 4(1)(a)", "Reviews planned by: Monday 1 March 2027"),
    (K.REVIEW_REFUSAL, None, "On Monday 4 January 2027 you asked for a review"),
    (K.REVIEW_REFUSAL, None, "Reasons: Nothing has changed since"),
    (K.AGREEMENT, _LOCAL, "Home school: Hillcross Academy"),
    (K.AGREEMENT, _LOCAL, "Provider: Imbue"),
    (K.AGREEMENT, _LOCAL, "Pupil: Robin Example"),
    (K.AGREEMENT, _LOCAL, "Objectives: Attend each session"),
    (K.AGREEMENT, _LOCAL, "Sessions a week: 4"),
    (K.AGREEMENT, _KCSIE, "Every site the pupil may be at: Workshop"),
    (K.AGREEMENT, _KCSIE, "Safeguarding confirmations: The provider confirms in writing"),
    (K.AGREEMENT, _LOCAL, "Attendance reporting: The provider marks every session"),
    (K.AGREEMENT, _LOCAL, "Behaviour: The provider speaks to the school"),
    (K.AGREEMENT, _LOCAL, "Transport: bus pass"),
    (K.AGREEMENT, _LOCAL, "Can have free school meals: No"),
    (K.AGREEMENT, _LOCAL, "Medical needs: no known conditions"),
    (K.AGREEMENT, _LOCAL, "Risk assessment: low"),
    (K.AGREEMENT, _LOCAL, "Data sharing: Each side shares"),
    (K.AGREEMENT, _LOCAL, "Reports and visits: The provider reports"),
    (K.AGREEMENT, f"{REG} 4(1)(a)", "Reviews planned by: Wednesday 20 January 2027"),
    (K.AGREEMENT, _LOCAL, "Price of a session: £55.00"),
    (K.AGREEMENT, _LOCAL, "Total: £2,200.00"),
    (K.AGREEMENT, _LOCAL, "Notice to end it early: ten days"),
    (K.AGREEMENT, _LOCAL, "Complaints: A complaint goes first"),
    (K.AGREEMENT, _LOCAL, "For the school: Hillcross Academy. Name, signature and date:"),
    (K.AGREEMENT, _LOCAL, "For the provider: Imbue. Name, signature and date:"),
    (K.AGREEMENT, None, "Further terms: as agreed"),
    (K.REINTEGRATION_PLAN, _RETURN, "Sessions each week: 1 | Monday 25 January 2027 | 6 | 4 | A mentor"),
    (K.REINTEGRATION_PLAN, _RETURN, "Full time at school by: Monday 8 February 2027"),
    (K.REINTEGRATION_PLAN, _RETURN, "Key adult, who helps the pupil: Ms Placeholder"),
    (K.REINTEGRATION_PLAN, _RETURN, "The pupil is ready when: Two calm weeks"),
    (K.REINTEGRATION_PLAN, _RETURN, "What the pupil thinks: Start with art"),
    (K.REINTEGRATION_PLAN, _RETURN, "What the parents think: Not too fast"),
    (K.REINTEGRATION_PLAN, f"{REG} 4(1)(a)", "Reviews planned by: Monday 1 March 2027"),
    (K.PLACEMENT_RECORD, _FULL, "Review of Thursday 17 December 2026: Progress: Two units done"),
    (K.PLACEMENT_RECORD, _FULL, "Review of Thursday 17 December 2026: Attendance: 94.25%"),
    (K.PLACEMENT_RECORD, _FULL, "Review of Thursday 17 December 2026: Attend each session: Green"),
    (K.PLACEMENT_RECORD, _FULL, "Review of Thursday 17 December 2026: The pupil said: I like it"),
    (K.PLACEMENT_RECORD, _FULL, "Objectives met: Attend each session"),
    (K.PLACEMENT_RECORD, _FULL, "Destination: Back at school, step by step"),
    (K.PLACEMENT_RECORD, _FULL, "The pupil's own assessment: I grew up"),
    (K.PLACEMENT_RECORD, _FULL, "The parents' own assessment: A good choice"),
    (K.PLACEMENT_RECORD, None, "The provider's view: A pleasure"),
    (K.PLACEMENT_RECORD, None, "Attendance before: 81.25%"),
    (K.PLACEMENT_RECORD, None, "Cost: £2,000.50"),
    (K.PLACEMENT_RECORD, f"{REG} 4(1)(a)", "Hold the planned review, due Wednesday 16 December 2026: Advisory (PLAN)"),
    (K.PLACEMENT_RECORD, _FULL, "Everything on the record, in order: 1 |"),
    (K.PLACEMENT_RECORD, _FULL, f"Notice given | Case worker | {REG} 3(2); {REG} 3(4) | 0000000000000000 "),
    (K.REFERRAL_FORM, _FORM, "Main reason: Off-site placement for behavioural support"),
    (K.REFERRAL_FORM, _FORM, "Objectives: Attend each session"),
    (K.REFERRAL_FORM, _FORM, "Sessions a week: 4"),
    (K.REFERRAL_FORM, _FORM, "School days: 40"),
    (K.REFERRAL_FORM, _FORM, "Parents told on: Thursday 5 November 2026"),
    (K.REFERRAL_FORM, _FORM, "Signed off by a senior leader: "),
    (K.REFERRAL_FORM, _FORM, "Health: no known conditions"),
    (K.REFERRAL_FORM, _FORM, "Attendance: 81.25%"),
    (K.REFERRAL_FORM, _FORM, "Suspension days: 4"),
    (K.REFERRAL_FORM, _FORM, "Strategies tried: a mentor, with some effect"),
    (K.REFERRAL_FORM, _FORM, "Risk assessment: low"),
    (K.REFERRAL_FORM, _FORM, "Transport: bus pass"),
    (K.REFERRAL_FORM, _FORM, "Free school meals: No"),
    (K.REFERRAL_FORM, _FORM, "School named in section I of the EHC plan: Hillcross Academy"),
    (K.REFERRAL_FORM, None, "What else is known about the pupil: EHC plan"),
    (K.REFERRAL_FORM, None, "Legal name: Robin Example"),
    (K.REFERRAL_FORM, None, "Date of birth: Friday 4 May 2012"),
    (K.REFERRAL_FORM, None, "Unique pupil number (UPN): L831400126001"),
    (K.REFERRAL_FORM, None, "Home language: English"),
    (K.REFERRAL_FORM, None, "Has parental responsibility: Yes"),
    (K.REFERRAL_FORM, None, "Contact: sam@example.org"),
]


@pytest.mark.obligation("S14", "S27", "S29", "S31", "S36")
@pytest.mark.parametrize(("kind", "clause", "text"), DEMANDED)
def test_a_document_says_what_its_clause_asks_of_it(kind: DocumentKind, clause: str | None, text: str) -> None:
    document = made(kind)

    assert text in whole(document)
    if clause is not None:
        assert clause in document.clauses
        assert text.split(": ", maxsplit=1)[0].split(" | ", maxsplit=1)[0] in _asked_by(document, clause)


def _asked_by(document: Document, clause: str) -> str:
    told_ = [each.label for section in document.sections for each in section.items if each.clause == clause]
    for section in document.sections:
        for table in section.tables:
            if table.clause == clause:
                told_ += [table.caption, *(cell for row in table.rows for cell in row)]
    return "\n".join(told_)


def test_every_kind_but_one_comes_from_an_event_of_a_placement() -> None:
    assert set(CAUSES.values()) == set(MAKES)
    assert set(DocumentKind) - set(CAUSES) == {K.DIRECTORY_ENTRY}


def test_most_events_bring_no_document() -> None:
    assert documents(source_of(closed(), up_to=PlacementDetermined)) == ()


def test_the_same_record_makes_the_same_documents() -> None:
    assert documents(source_of(closed())) == documents(source_of(closed()))


@pytest.mark.parametrize(
    ("cause", "roles"),
    [
        (NoticeGiven, ["relevant_person", "la"]),
        (ReviewInvitationGiven, ["relevant_person", "la", "head", "board_nominee"]),
        (ReviewOutcomeNotified, ["relevant_person", "la", "head", "board_nominee"]),
        (ReviewRequestRefused, ["relevant_person"]),
        (AgreementIssued, [None]),
        (ReferralSubmitted, [None]),
        (PlacementClosed, [None]),
    ],
)
def test_each_recipient_has_a_letter_with_an_id_of_its_own(cause: type, roles: list[str | None]) -> None:
    record = source_of(closed(), up_to=cause)
    letters = documents(record)

    assert [letter.addressee and letter.addressee.role for letter in letters] == roles
    ids = [document_id(record.records[-1].event_id, letter) for letter in letters]
    assert len(set(ids)) == len(letters)
    assert ids == [document_id(record.records[-1].event_id, letter) for letter in documents(record)]


SAM = PUPIL.parents[0]
ALEX = Parent(
    name="Alex Example",
    relationship="parent",
    has_parental_responsibility=True,
    contact="01632 960003, alex@example.org",
    stance=ParentStance.NONE,
)


def _to(record: Source, on: str = "2026-11-26", /, **of_pupil: Any) -> list[tuple[str, tuple[str, ...], str | None]]:
    pupil = replace(PUPIL, **of_pupil)
    found = addressees(
        replace(record, state=with_fields(record.state, pupil=pupil)), RecipientRole.RELEVANT_PERSON, day(on)
    )
    return [(each.name, each.address, each.email) for each in found]


def test_parents_are_written_to_apart_and_the_pupil_from_18() -> None:
    record = source_of(running())
    other = replace(ALEX, has_parental_responsibility=False)

    assert _to(record, parents=(SAM, ALEX)) == [
        ("Sam Example", ("1 Sample Street",), "sam@example.org"),
        ("Alex Example", (), "alex@example.org"),
    ]
    assert _to(record, parents=(other, SAM)) == [("Sam Example", ("1 Sample Street",), "sam@example.org")]
    assert _to(record, parents=(other,)) == [("Alex Example", ("1 Sample Street",), "alex@example.org")]
    assert _to(record, parents=(replace(SAM, contact="by telephone"),)) == [("Sam Example", ("1 Sample Street",), None)]
    assert _to(record, parents=()) == [("Parent or carer of Robin Example", ("1 Sample Street",), None)]
    assert _to(record, born_on=day("2008-11-26")) == [("Robin Example", ("1 Sample Street",), None)]


@pytest.mark.parametrize(
    ("born", "on", "adult"),
    [
        ("2008-11-26", "2026-11-26", True),
        ("2008-11-27", "2026-11-26", False),
        ("2008-12-01", "2026-11-26", False),
        ("2008-01-31", "2026-11-26", True),
        ("2007-12-31", "2026-11-26", True),
    ],
)
def test_an_adult_is_one_from_the_birthday_on(born: str, on: str, adult: bool) -> None:
    assert (_to(source_of(running()), on, born_on=day(born))[0][0] == PUPIL.legal_name) is adult


def test_other_recipients_are_addressed_by_their_office() -> None:
    record = source_of(running())
    at_site = replace(PROVIDER, sites=(Site(site_id=SITE, name="Workshop", address="1 Workshop Lane\nDerby"),))
    on = day("2026-11-26")

    (provider,) = addressees(replace(record, provider=at_site), RecipientRole.PROVIDER, on)
    (unknown,) = addressees(replace(record, provider=None), RecipientRole.PROVIDER, on)
    (worker,) = addressees(record, RecipientRole.SOCIAL_WORKER, on)
    (head,) = addressees(record, RecipientRole.HEAD, on)
    in_care = source_of(running(social_care_contact="Sal Sample, 01632 960009, sal@example.org"))
    (reached,) = addressees(in_care, RecipientRole.SOCIAL_WORKER, on)
    (nobody,) = addressees(source(()), RecipientRole.SOCIAL_WORKER, on)

    assert (provider.name, provider.address) == ("Imbue", ("1 Workshop Lane", "Derby"))
    assert (unknown.name, unknown.address) == ("The provider", ())
    assert (worker.name, worker.email) == ("Social worker", None)
    assert (reached.email, nobody.email) == ("sal@example.org", None)
    assert head.name == "Head teacher, Hillcross Academy"


@pytest.mark.parametrize("kind", CAUSES)
def test_a_document_can_be_made_of_what_is_left_once_the_pupils_key_goes(kind: DocumentKind) -> None:
    """Personal fields then read as their defaults; nothing fails, and no name is left."""
    bare = source(
        [each._replace(event=_without_personal(each.event)) for each in source_of(closed(), up_to=CAUSES[kind]).records]
    )

    found = documents(bare)

    assert found
    assert all(NOT_RECORDED in whole(each) for each in found)
    assert all("Robin" not in whole(each) for each in found)


def _without_personal(event: Any) -> Any:
    fields = {
        name: type(event).__dataclass_fields__[name].default
        for name in type(event).__dataclass_fields__
        if type(event).__dataclass_fields__[name].metadata.get("personal")
    }
    return replace(event, **fields)


def test_the_form_says_why_something_is_not_known_yet() -> None:
    unknown = picture(health=None, unknown=(Unknown(field="health", reason="The letter is on its way"),))
    given = at(Stage.REFERRED, submitted=submit(picture=unknown))

    assert "Health: Not known yet: The letter is on its way" in whole(made(K.REFERRAL_FORM, given))


def test_a_notice_of_a_placement_by_agreement_does_not_call_it_a_direction() -> None:
    record = source_of(running(), up_to=NoticeGiven)
    agreed = replace(record, state=with_fields(record.state, legal_basis=LegalBasis.AGREED))

    assert documents(record)[0].title == "Notice of a direction off site"
    assert documents(agreed)[0].title == "Notice of a placement at alternative provision"


BUS = TransportArranged(
    arranged_on=day("2026-11-16"),
    required=True,
    mode=TransportMode.PUBLIC,
    from_on=day("2026-11-26"),
    details="Route 6",
)


@pytest.mark.obligation("S24", "S25", "S14")
@pytest.mark.parametrize(
    ("arranged", "told_"),
    [
        (BUS, ["Transport: Public transport", "Transport: From Thursday 26 November 2026", "Transport: Route 6"]),
        (replace(BUS, mode=None, from_on=None), ["Transport: Route 6"]),
        (
            replace(BUS, required=False, details="He lives next door"),
            ["Transport: No transport is needed.", "next door"],
        ),
        (
            MealsArranged(
                arranged_on=day("2026-11-16"),
                arrangement=MealArrangement.PROVIDER_MEAL,
                from_on=day("2026-11-26"),
                eligible=True,
            ),
            [
                "Meals: A meal from the provider",
                "Meals: From Thursday 26 November 2026",
                "Can have free school meals: Yes",
            ],
        ),
    ],
)
def test_a_notice_says_how_transport_and_meals_were_arranged(arranged: PlacementEvent, told_: list[str]) -> None:
    notice = running().events[-2]

    found = whole(made(K.NOTICE, at(Stage.READY_TO_START).and_then(arranged, notice)))

    assert isinstance(notice, NoticeGiven)
    assert [each for each in told_ if each not in found] == []


def test_a_notice_given_before_arrangements_says_what_the_referral_says() -> None:
    record = source_of(running(), up_to=NoticeGiven)
    before = replace(record, state=with_fields(record.state, around=Surroundings()))

    (notice, *_) = documents(before)

    assert "Transport: bus pass\nCan have free school meals: No" in whole(notice)


@pytest.mark.obligation("S27")
def test_a_signature_is_under_the_latest_version_when_it_was_given() -> None:
    found = records(at(Stage.READY_TO_START))
    issue = next(each for each in found if isinstance(each.event, AgreementIssued))
    signed = [each for each in found if isinstance(each.event, AgreementSigned)]
    again = issue._replace(event_id=EventId(an_id("issued again")), event=replace(issue.event, version=2))
    first, second = (
        issue._replace(event=_agreement(name, each.event_id)) for name, each in (("1", issue), ("2", again))
    )
    form = issue._replace(event=replace(first.event, kind=K.REFERRAL_FORM))

    assert signatures([issue, first, *signed, again, second]) == {first.event.document_id: tuple(signed)}
    assert signatures([issue, again, *signed, second, first]) == {second.event.document_id: tuple(signed)}
    assert signatures([issue, *signed, form]) == {}


def _agreement(name: str, cause: EventId) -> DocumentProduced:
    return DocumentProduced(
        document_id=DocumentId(an_id(f"agreement {name}")),
        kind=K.AGREEMENT,
        version=1,
        cause=cause,
        subject=None,
        recipient=None,
        recipient_number=None,
        fingerprint="0a",
        page_fingerprint="0b",
    )


def test_a_notice_with_no_planned_review_says_one_is_held_each_half_term() -> None:
    record = source_of(running(), up_to=NoticeGiven)
    unplanned = replace(record, state=with_fields(record.state, planned=(), proposed_end=None))

    shown = whole(documents(unplanned)[0])

    assert "Reviews planned by: No date is set yet. The school holds a review in every half-term." in shown
    assert "Planned last day" not in shown


def test_an_outcome_that_ends_the_placement_promises_no_further_review() -> None:
    record = source_of(closed(), up_to=ReviewOutcomeNotified)
    (review,) = record.state.reviews.opened
    assert review.decided is not None
    assert review.held is not None
    ended = replace(
        review,
        decided=replace(review.decided, decision=ReviewDecision.END),
        held=replace(review.held, attended_roles=(), evidence=None),
    )

    shown = whole(documents(replace(record, state=with_fields(record.state, reviews=(ended,))))[0])

    assert "What was decided: The placement ends" in shown
    assert "Ends on: Thursday 25 March 2027" in shown
    assert "Reviews planned by" not in shown
    assert "Who attended" not in shown


def test_a_record_without_a_review_says_so_and_one_that_missed_nothing_too() -> None:
    given = at(Stage.CLOSED)
    unheld = closed().and_then()
    record = source_of(unheld)
    (review,) = record.state.reviews.opened
    open_ = replace(record, state=with_fields(record.state, reviews=(replace(review, held=None, missed=None),)))

    assert "Progress: Not recorded." in whole(documents(open_)[0])
    assert "No duty was missed." in whole(made(K.PLACEMENT_RECORD, given))


def test_a_record_keeps_what_a_review_found_without_evidence_or_decision() -> None:
    record = source_of(closed())
    (review,) = record.state.reviews.opened
    assert review.held is not None
    bare = replace(review, decided=None, held=replace(review.held, evidence=None, pupil_voice=None, parent_voice=None))

    shown = whole(documents(replace(record, state=with_fields(record.state, reviews=(bare,))))[0])

    assert f"Review of Thursday 17 December 2026: {NOT_RECORDED}" in shown


@pytest.mark.obligation("S29")
def test_the_full_record_holds_every_event_with_all_it_says() -> None:
    given = closed()
    shown = [section.heading for section in made(K.PLACEMENT_RECORD, given).sections]

    assert shown[-len(given.events) :][0] == "1. Referral drafted"
    assert shown[-1] == f"{len(given.events)}. Placement closed"


@pytest.mark.obligation("S11", "S36")
def test_a_directory_entry_says_which_sections_a_visit_found_complete() -> None:
    listed = replace(
        PROVIDER,
        kind=ProviderKind.NON_SCHOOL,
        setting_type=SettingType.OTH,
        sites=(Site(site_id=SITE, name="Workshop", address="1 Workshop Lane"), Site(site_id=SITE, name="Yard")),
        visits=(
            QaVisitRecorded(
                visited_on=day("2026-11-16"),
                la_code="831",
                sections=(
                    QaSection(name="Health and safety", status=QaSectionStatus.COMPLETE, grade="met"),
                    QaSection(name="Quality of education", status=QaSectionStatus.NOT_STARTED),
                ),
            ),
        ),
        entries=(DirectoryEntry(la_code="831", approved_on=day("2026-11-20")),),
    )

    shown = whole(directory.entry(listed, day("2026-11-26")))
    empty = whole(directory.entry(PROVIDER, day("2026-11-26")))

    assert "Setting type: Other unregistered provider" in shown
    assert "Sites: Workshop | 1 Workshop Lane" in shown
    assert "Sites: Yard | Not recorded." in shown
    assert "Listed by council 831: Since Friday 20 November 2026" in shown
    assert "by visit: Monday 16 November 2026 | Health and safety | Complete | met" in shown
    assert "by visit: Monday 16 November 2026 | Quality of education | Not started | " in shown
    assert f"Listed by: {NOT_RECORDED}" in empty
    assert "No visit is on record." in empty


def test_values_are_said_as_they_are_read() -> None:
    one_session = SessionTimes(mode=TIMES.mode, start=TIMES.am_start, end=TIMES.pm_end)

    assert code(RuleId.T1) == "T1"
    assert told(TIMES.am_start) == ("09:00",)
    assert told((1, True, day("2026-11-26"))) == ("1", "Yes", "Thursday 26 November 2026")
    assert told(one_session) == ("Mode: Two session; Starts: 09:00; Ends: 15:00",)
    assert records(closed())[0].version == 1
