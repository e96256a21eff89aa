"""Letters go out once for each event, kind and recipient, whatever is repeated or cut off."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.codec import PUPIL
from events.codes import DeliveryMethod, DocumentKind, LetterFate, Role
from events.envelope import Actor, ActorKind, Metadata
from events.ids import CommandId, PupilId, pupil_stream
from events.placement.letters import DocumentProduced, LetterFateRecorded
from events.pupil import ElectronicServiceAgreed, ElectronicServiceWithdrawn, PupilEvent
from infra.documents import store
from infra.encryption.keys import KeyErased
from infra.event_store.read import read_stream
from infra.ids import uuid7
from infra.letters import outbox
from infra.letters.addressee import unpack
from infra.letters.files import FileSender
from infra.letters.forgetting import forget, forget_erased
from infra.letters.port import Letter, NotSendable, SenderAway, SenderReport
from infra.postgres.db import connection, transaction
from infra.projections.visibility import Everything
from infra.streams.records import PendingEvent, append_noted
from infra.subscriptions.runner import read_alone
from services.application.undecided_commands import UndecidedCommands
from services.gateway.commands.examples import EXAMPLES
from services.workflow.handlers import letter_sender
from services.workflow.handlers.document_producer import DocumentProducer
from services.workflow.handlers.letter_sender import LetterSender
from services.workflow.handlers.letters import addressing
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.handling import drain, handle
from tests.workflow.storytelling import pass_to, steps, tell

PARENT = "Marlow Tester-Field"


@dataclass(slots=True)
class Post:
    """A sender that takes letters down; before each it does what the test wants."""

    taken: list[Letter] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)
    dies_after: bool = False
    name = "post"

    async def send(self, letter: Letter) -> str:
        if self.failing:
            raise self.failing.pop()
        self.taken.append(letter)
        if self.dies_after:
            self.dies_after = False
            raise ConnectionError("the worker ended here")
        return f"taken-{len(self.taken)}"


@dataclass(slots=True)
class Asked(Post):
    """A sender that can be asked what became of a letter, and says each of these once."""

    told: list[SenderReport | Exception] = field(default_factory=list)
    references: list[str] = field(default_factory=list)

    async def fate(self, sender_reference: str) -> SenderReport:
        self.references.append(sender_reference)
        if not self.told:
            return SenderReport()
        said = self.told.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def postman(setup: Setup, post: Post) -> LetterSender:
    return LetterSender(setup.keys, post, clock=setup.clock, client=setup.client)


async def _noticed(driver: Driver, setup: Setup, method: DeliveryMethod) -> UUID:
    """A notice is given to the parent by some method; its document is on record."""
    (step,) = steps(until="give-notice", after="move-start-date")
    await tell(driver, until="move-start-date")
    await pass_to(driver, datetime.combine(step.day, time(12), tzinfo=UTC))
    if method is DeliveryMethod.EMAIL:
        agreed = ElectronicServiceAgreed(
            agreed_on=step.day, parent=PARENT, email="marlow@example.org", how="in a letter"
        )
        await _say_of_pupil(driver, setup, agreed)
    await driver.accepted(step.command, {**step.body, "method": method}, step.role)
    await handle(setup, DocumentProducer(setup.keys, setup.clock, setup.client, setup.renderer))
    (made,) = [each.event for each in await driver.events() if _is_notice(each.event)]
    found: UUID = made.document_id
    return found


async def _say_of_pupil(driver: Driver, setup: Setup, event: PupilEvent) -> None:
    """Record something on the pupil's own stream, as the gateway does."""
    stream, command_id = pupil_stream(PupilId(driver.pupil_id)), CommandId(uuid7())
    actor = Actor(kind=ActorKind.PERSON, id=uuid7(), role=Role.CASE_WORKER, org_id="school:900001")
    async with transaction(setup.engine) as conn:
        now = await setup.clock.now(conn)
        about = Metadata(occurred_at=now, actor=actor, command_id=command_id, correlation_id=command_id)
        await append_noted(
            conn,
            stream,
            [PendingEvent(event=event, metadata=about)],
            codec=PUPIL,
            version=len(await read_stream(conn, stream)),
            recorded_at=now,
            key=await setup.keys.get(driver.pupil_id),
        )


def _is_notice(event: object) -> bool:
    return isinstance(event, DocumentProduced) and event.kind is DocumentKind.NOTICE


async def _fate(driver: Driver, setup: Setup, document_id: UUID) -> outbox.Fate:
    async with setup.engine.connect() as conn:
        return (await outbox.of_placement(conn, driver.placement_id))[document_id]


async def _due_again(setup: Setup, *, begin_again: bool = False) -> None:
    """As if the pause before the next attempt had passed; or as if the position had been lost as well."""
    async with connection(setup.engine) as conn:
        await conn.execute("UPDATE letter SET not_before = clock_timestamp()")
        if begin_again:
            await conn.execute("UPDATE subscription SET position = 0 WHERE name = $1", letter_sender.NAME)


@pytest.mark.obligation("S14", "S23", "S31")
async def test_a_letter_goes_out_once_however_often_the_record_is_followed(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)

    await handle(setup, postman)
    await _due_again(setup, begin_again=True)
    await handle(setup, LetterSender(setup.keys, post, clock=setup.clock, client=setup.client))

    (letter,) = post.taken
    assert letter.reference == str(document_id)
    assert letter.address == ("2 Example Row", "Derby", "DE99 9ZZ")
    assert letter.pdf.startswith(b"%PDF-")
    assert not letter.again
    assert (await _fate(driver, setup, document_id)).status == "sent"


async def test_a_letter_cut_off_before_its_note_is_given_again_and_says_so(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    post.dies_after = True
    with pytest.raises(ConnectionError):
        await handle(setup, postman)
    assert (await _fate(driver, setup, document_id)).status == "waiting"

    await _due_again(setup)
    await handle(setup, postman)

    assert [(each.reference, each.again) for each in post.taken] == [
        (str(document_id), False),
        (str(document_id), True),
    ]
    assert (await _fate(driver, setup, document_id)).status == "sent"


async def test_what_is_given_by_hand_is_not_sent(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.HAND)

    await handle(setup, postman)

    assert post.taken == []
    assert (await _fate(driver, setup, document_id)).status == "by_hand"


async def test_a_sender_that_is_away_is_tried_again_and_one_that_refuses_is_not(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    post.failing = [NotSendable("refused"), SenderAway("busy")]

    await handle(setup, postman)
    waiting = await _fate(driver, setup, document_id)
    await _due_again(setup)
    await handle(setup, postman)
    await _due_again(setup)
    await handle(setup, postman)

    assert waiting.status == "waiting"
    assert await _fate(driver, setup, document_id) == outbox.Fate(
        status="to_hand_over", method="first_class_post", why="refused", sent_by=None, sent_at=None
    )
    assert post.taken == []


async def test_a_letter_goes_out_once_its_sender_is_back_without_new_events(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    post.failing = [SenderAway("away")]
    await handle(setup, postman)
    assert post.taken == []
    await _due_again(setup)

    await drain(setup, postman)

    assert [letter.reference for letter in post.taken] == [str(document_id)]
    assert (await _fate(driver, setup, document_id)).status == "sent"


async def test_a_letter_queued_by_a_worker_that_ended_is_sent_by_the_next(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    await read_alone(setup.engine, postman)  # committed, and the worker ended before its hint
    assert post.taken == []

    await drain(setup, LetterSender(setup.keys, post, clock=setup.clock, client=setup.client))

    assert [letter.reference for letter in post.taken] == [str(document_id)]


async def test_nothing_is_sent_about_a_pupil_whose_key_is_gone(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.EMAIL)
    await setup.keys.destroy(driver.pupil_id, owner="school:900001")

    await handle(setup, postman)

    assert post.taken == []
    fate = await _fate(driver, setup, document_id)
    assert (fate.status, fate.why) == ("not_sendable", "personal_data_erased")


async def test_an_email_goes_to_the_address_the_parent_agreed_to_be_served_at(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    await _noticed(driver, setup, DeliveryMethod.EMAIL)

    await handle(setup, postman)

    assert [letter.email for letter in post.taken] == ["marlow@example.org"]


@pytest.mark.obligation("S14", "S23")
async def test_what_cannot_be_sent_waits_to_be_handed_over_until_it_is_recorded(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender
) -> None:
    """What cannot be sent is to be handed over until somebody says that it was."""
    document_id = await _noticed(driver, setup, DeliveryMethod.EMAIL)
    today = (await _now(setup)).date()
    await _say_of_pupil(driver, setup, ElectronicServiceWithdrawn(withdrawn_on=today, parent=PARENT))
    await handle(setup, postman)
    assert (await _fate(driver, setup, document_id)).why == "email_not_agreed"
    waiting = await _to_hand_over(setup)

    told = {**EXAMPLES["record-communication"], "document_id": str(document_id)}
    await driver.accepted("record-communication", told)
    await handle(setup, postman)
    after = await _to_hand_over(setup)
    await _due_again(setup, begin_again=True)
    await handle(setup, postman)

    assert (waiting, after) == ([document_id], [])
    assert (await _fate(driver, setup, document_id)).status == "handed_over"
    assert post.taken == []


def _renumbered(_source: object) -> tuple[()]:
    """A later release that makes other documents of the same event."""
    return ()


@pytest.mark.parametrize("method", [DeliveryMethod.FIRST_CLASS_POST, DeliveryMethod.EMAIL])
async def test_a_letter_goes_out_as_it_was_made_whatever_a_later_release_makes(
    setup: Setup, driver: Driver, monkeypatch: pytest.MonkeyPatch, method: DeliveryMethod
) -> None:
    document_id = await _noticed(driver, setup, method)
    monkeypatch.setattr(addressing, "documents", _renumbered)
    monkeypatch.setattr(addressing, "gather", None)

    post = Post()
    await handle(setup, LetterSender(setup.keys, post, clock=setup.clock, client=setup.client))

    (letter,) = post.taken
    assert (letter.reference, letter.method) == (str(document_id), method)
    if method is DeliveryMethod.EMAIL:
        assert letter.email == "marlow@example.org"
    else:
        assert letter.address == ("2 Example Row", "Derby", "DE99 9ZZ")


async def test_a_letter_made_before_addressees_were_kept_goes_out_by_the_record(
    setup: Setup, driver: Driver, post: Post, postman: LetterSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = store.keep

    async def as_before(*arguments: Any, addressee: bytes | None, **named: Any) -> store.StoredFingerprints:  # noqa: ARG001
        return await keep(*arguments, **named)

    monkeypatch.setattr(store, "keep", as_before)
    await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)

    await handle(setup, postman)

    (letter,) = post.taken
    assert letter.title
    assert letter.address == ("2 Example Row", "Derby", "DE99 9ZZ")


async def test_an_addressee_is_sealed_and_cannot_be_read_without_the_pupils_key(setup: Setup, driver: Driver) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    async with connection(setup.engine) as conn:
        sealed = await conn.fetchval(
            "SELECT addressee FROM document WHERE document_id = $1 AND media = 'pdf'", document_id
        )
        kept = await store.read_letter(conn, setup.keys, document_id)
        await setup.keys.destroy(driver.pupil_id, owner="school:900001")
        with pytest.raises(KeyErased):
            await store.read_letter(conn, setup.keys, document_id)

    assert kept is not None
    assert kept.addressee is not None
    assert unpack(kept.addressee).name == PARENT
    assert b"Marlow" not in sealed
    assert b"Example Row" not in sealed


def _fates(events: Sequence[Any]) -> list[tuple[LetterFate, str | None]]:
    return [(each.event.fate, each.event.why) for each in events if isinstance(each.event, LetterFateRecorded)]


async def _ask_again(setup: Setup) -> None:
    async with connection(setup.engine) as conn:
        await conn.execute("UPDATE letter_asking SET ask_at = clock_timestamp() WHERE ask_at IS NOT NULL")


@pytest.mark.obligation("S14", "S23")
async def test_a_letter_that_notify_refused_later_is_to_be_handed_over(setup: Setup, driver: Driver) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    failure = SenderReport(fate=LetterFate.FAILED, why="validation_failed", final=True)
    sender = Asked(told=[SenderAway("busy"), SenderReport(), failure])
    postman = LetterSender(setup.keys, sender, clock=setup.clock, client=setup.client)

    await handle(setup, postman)
    sent = await _fate(driver, setup, document_id)
    for _ in range(2):
        await _ask_again(setup)
        await handle(setup, postman)
    fate = await _fate(driver, setup, document_id)
    await _due_again(setup, begin_again=True)
    await _ask_again(setup)
    await handle(setup, postman)

    assert sent.status == "sent"
    assert (fate.status, fate.why, fate.fate) == ("to_hand_over", "validation_failed", "failed")
    assert await _to_hand_over(setup) == [document_id]
    assert sender.references == ["taken-1"] * 3, "asked until it is final, and no more"
    assert _fates(await driver.events()) == [(LetterFate.FAILED, "validation_failed")]
    assert (await driver.state()).notices.current is None, "nobody has the notice"
    assert (await driver.state()).notices.lost is not None

    told = {**EXAMPLES["record-communication"], "document_id": str(document_id), "method": "in_person"}
    await driver.accepted("record-communication", told)
    await handle(setup, postman)
    assert (await _fate(driver, setup, document_id)).status == "handed_over"
    assert (await driver.state()).notices.current is not None


async def test_each_fate_of_a_letter_is_one_event_however_often_it_is_told(setup: Setup, driver: Driver) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    at = await _now(setup)
    on_its_way = SenderReport(fate=LetterFate.DISPATCHED, dispatched_at=at)
    there = SenderReport(fate=LetterFate.DELIVERED, dispatched_at=at, final=True)
    sender = Asked(told=[on_its_way, on_its_way, there])
    without_client = LetterSender(setup.keys, sender, clock=setup.clock)

    await handle(setup, without_client)
    for _ in range(3):
        await _ask_again(setup)
        await handle(setup, LetterSender(setup.keys, sender, clock=setup.clock, client=setup.client))
    await UndecidedCommands(setup.engine, setup.client, older_than=timedelta(0), wait_seconds=60).sweep()

    fate = await _fate(driver, setup, document_id)
    assert (fate.status, fate.fate) == ("sent", "delivered")
    assert sorted(each for each, _ in _fates(await driver.events())) == [LetterFate.DELIVERED, LetterFate.DISPATCHED]
    assert len(sender.references) == 3


async def test_a_letter_that_its_sender_forgets_is_a_task_to_find_out(setup: Setup, driver: Driver) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    on_its_way = SenderReport(fate=LetterFate.DISPATCHED, dispatched_at=await _now(setup))
    sender = Asked(told=[on_its_way, SenderReport(final=True)])
    postman = LetterSender(setup.keys, sender, clock=setup.clock, client=setup.client)
    await handle(setup, postman)
    for _ in range(3):
        await _ask_again(setup)
        await handle(setup, postman)

    fate = await _fate(driver, setup, document_id)
    assert (fate.status, fate.why, fate.fate) == ("to_hand_over", "unheard", "unheard")
    assert await _to_hand_over(setup) == [document_id]
    assert len(sender.references) == 2, "asked no more"
    assert sorted(each for each, _ in _fates(await driver.events())) == [LetterFate.DISPATCHED, LetterFate.UNHEARD]
    assert (await driver.state()).notices.current is not None, "it may have arrived"


async def test_a_letter_that_came_back_is_to_be_handed_over(
    setup: Setup, driver: Driver, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    await handle(setup, postman)

    today = (await _now(setup)).date().isoformat()
    await driver.accepted("record-returned-letter", {"document_id": str(document_id), "returned_on": today})
    await handle(setup, postman)

    fate = await _fate(driver, setup, document_id)
    assert (fate.status, fate.why) == ("to_hand_over", "returned")


async def test_a_letter_returned_after_it_was_given_in_person_stays_handed_over(
    setup: Setup, driver: Driver, postman: LetterSender
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    told = {**EXAMPLES["record-communication"], "document_id": str(document_id), "method": "in_person"}
    await handle(setup, postman)
    await driver.accepted("record-communication", told)
    today = (await _now(setup)).date().isoformat()
    await driver.accepted("record-returned-letter", {"document_id": str(document_id), "returned_on": today})
    await handle(setup, postman)

    fate = await _fate(driver, setup, document_id)
    assert (fate.status, fate.why) == ("handed_over", "returned")
    assert await _to_hand_over(setup) == []


async def test_a_letter_in_clear_goes_with_its_pupils_key(setup: Setup, driver: Driver, tmp_path: Path) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    sender = FileSender(tmp_path)
    postman = LetterSender(setup.keys, sender, clock=setup.clock, client=setup.client)
    await handle(setup, postman)
    (tmp_path / "a note of somebody.pdf").write_bytes(b"not ours")
    assert str(document_id) in await sender.kept()
    async with connection(setup.engine) as conn:
        assert await forget_erased(conn, sender, setup.keys) == 0, "the key is still there"

    await setup.keys.destroy(driver.pupil_id, owner="school:900001")
    await handle(setup, LetterSender(setup.keys, sender, clock=setup.clock))

    assert await sender.kept() == ("a note of somebody",)
    async with connection(setup.engine) as conn:
        again = await forget(conn, driver.pupil_id, sender, sender.name)
    assert (again.deleted, again.out) == (0, {"files": 1})


@pytest.mark.parametrize("taken", [False, True])
async def test_an_erasure_deletes_letters_at_once_and_names_those_that_are_out(
    setup: Setup, driver: Driver, tmp_path: Path, taken: bool
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    sender = FileSender(tmp_path)
    await handle(setup, LetterSender(setup.keys, sender, clock=setup.clock, client=setup.client))
    if taken:
        (tmp_path / f"{document_id}.pdf").unlink()

    async with connection(setup.engine) as conn:
        elsewhere = await forget(conn, driver.pupil_id, None, sender.name)
        done = await forget(conn, driver.pupil_id, sender, sender.name)

    assert (elsewhere.deleted, elsewhere.out) == (0, {"files": 1})
    assert (done.deleted, done.out) == ((0, {"files": 1}) if taken else (1, {}))
    assert await sender.kept() == ()


@pytest.mark.parametrize("half", [False, True], ids=["whole", "half written"])
async def test_an_erasure_deletes_a_letter_that_was_cut_off_before_its_note(
    setup: Setup, driver: Driver, tmp_path: Path, half: bool
) -> None:
    document_id = await _noticed(driver, setup, DeliveryMethod.FIRST_CLASS_POST)
    away = Post(failing=[SenderAway("away")])
    await handle(setup, LetterSender(setup.keys, away, clock=setup.clock, client=setup.client))
    assert (await _fate(driver, setup, document_id)).status == "waiting"
    name, unknown = (f".{document_id}.pdf.partial" if half else f"{document_id}.pdf"), uuid7()
    for each in (name, f"{unknown}.pdf"):
        (tmp_path / each).write_bytes(b"%PDF-")
    sender = FileSender(tmp_path)
    assert await sender.kept() == tuple(sorted((str(document_id), str(unknown))))

    async with connection(setup.engine) as conn:
        done = await forget(conn, driver.pupil_id, sender, sender.name)

    assert (done.deleted, done.out, done.unknown) == (1, {}, 1)
    assert await sender.kept() == (str(unknown),)


async def _now(setup: Setup) -> datetime:
    async with connection(setup.engine) as conn:
        return await setup.clock.now(conn)


async def _to_hand_over(setup: Setup) -> list[UUID]:
    async with setup.engine.connect() as conn:
        return [row.document_id for row in await outbox.listing(conn, Everything(), outbox.Status.TO_HAND_OVER)]
