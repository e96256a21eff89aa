"""Senders: a letter that is given again is not sent again, and what cannot be sent says why."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from events.codes import DeliveryMethod, LetterFate
from infra.ids import uuid7
from infra.letters.files import FileSender
from infra.letters.notify import NotifySender
from infra.letters.port import Keeping, Letter, NoSender, NotSendable, SenderAway, SenderReport, Tracking, reachable
from infra.letters.senders import sender_for
from infra.settings import Settings

LETTER = Letter(
    reference=str(uuid7()),
    method=DeliveryMethod.FIRST_CLASS_POST,
    title="Notice of a direction off site",
    address=("1 Sample Street", "Derby", "DE99 9ZZ"),
    email="sam@example.org",
    pdf=b"%PDF-1.7 example",
)
BY_EMAIL = replace(LETTER, method=DeliveryMethod.EMAIL)
KEY = f"example-{uuid7()}-{uuid7()}"


@dataclass(slots=True)
class Notify:
    """Answers as GOV.UK Notify's published API does: takes what is posted, and lists it by reference."""

    url: str = ""
    status: int = 201
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    fates: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: int = 404


@pytest.fixture
def notify() -> Iterator[Notify]:
    service = Notify()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if service.status != 201:
                self._answer(service.status, {"status_code": service.status, "errors": [{"message": "no"}]})
                return
            service.taken.append((self.path, body))
            self._answer(201, {"id": f"id-{len(service.taken)}", "reference": body["reference"]})

        def do_GET(self) -> None:
            by_id = urlsplit(self.path).path.removeprefix("/v2/notifications/")
            if by_id in service.fates:
                self._answer(200, {"id": by_id, **service.fates[by_id]})
                return
            if by_id.startswith("id-"):
                self._answer(service.unknown, {"status_code": service.unknown, "errors": [{"message": "no"}]})
                return
            (reference,) = parse_qs(urlsplit(self.path).query)["reference"]
            service.asked.append(reference)
            found = [
                {"id": f"id-{number}"}
                for number, (_, body) in enumerate(service.taken, start=1)
                if body["reference"] == reference
            ]
            self._answer(200, {"notifications": found, "links": {}})

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            assert self.headers["Authorization"].startswith("Bearer ")
            sent = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield service
        server.shutdown()
        thread.join()


def _sender(service: Notify) -> NotifySender:
    return NotifySender(SecretStr(KEY), base_url=service.url, email_template="template")


async def test_a_letter_by_post_is_a_precompiled_letter(notify: Notify) -> None:
    assert await _sender(notify).send(LETTER) == "id-1"

    ((path, body),) = notify.taken
    assert path == "/v2/notifications/letter"
    assert base64.b64decode(body["content"]) == LETTER.pdf
    assert (body["reference"], body["postage"]) == (LETTER.reference, "first")


async def test_a_letter_by_email_carries_the_document(notify: Notify) -> None:
    await _sender(notify).send(BY_EMAIL)

    ((path, body),) = notify.taken
    assert path == "/v2/notifications/email"
    assert (body["email_address"], body["template_id"]) == ("sam@example.org", "template")
    assert base64.b64decode(body["personalisation"]["document"]["file"]) == LETTER.pdf


@pytest.mark.parametrize("letter", [LETTER, BY_EMAIL])
@pytest.mark.parametrize("again", [True, False], ids=["after a crash", "after a restore, of which nobody knows"])
async def test_what_notify_has_taken_is_not_posted_again(notify: Notify, letter: Letter, again: bool) -> None:
    sender = _sender(notify)
    first = await sender.send(letter)

    second = await sender.send(replace(letter, again=again))

    assert second == first
    assert len(notify.taken) == 1
    assert notify.asked == [letter.reference] * 2


async def test_what_notify_never_got_is_posted_the_second_time(notify: Notify) -> None:
    assert await _sender(notify).send(replace(LETTER, again=True)) == "id-1"


@pytest.mark.parametrize(
    ("status", "outcome"), [(400, NotSendable), (403, SenderAway), (429, SenderAway), (500, SenderAway)]
)
async def test_a_refusal_is_told_from_a_service_that_is_away(
    notify: Notify, status: int, outcome: type[Exception]
) -> None:
    notify.status = status

    with pytest.raises(outcome):
        await _sender(notify).send(LETTER)


SENT_AT = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
SENT: dict[str, Any] = {"sent_at": "2026-11-24T15:30:00.000000Z"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": "created", "sent_at": None}, SenderReport()),
        ({"status": "accepted"}, SenderReport()),
        ({"status": "pending-virus-check", "sent_at": None}, SenderReport()),
        ({"status": "sending", **SENT}, SenderReport(fate=LetterFate.DISPATCHED, dispatched_at=SENT_AT)),
        (
            {"status": "sending", "sent_at": "2026-11-24T15:30:00"},
            SenderReport(fate=LetterFate.DISPATCHED, dispatched_at=SENT_AT),
        ),
        ({"status": "sending", "sent_at": "soon"}, SenderReport()),
        ({"status": "delivered", **SENT}, SenderReport(fate=LetterFate.DELIVERED, dispatched_at=SENT_AT, final=True)),
        ({"status": "received", **SENT}, SenderReport(fate=LetterFate.DELIVERED, dispatched_at=SENT_AT, final=True)),
        (
            {"status": "received", "sent_at": None, "completed_at": SENT["sent_at"]},
            SenderReport(fate=LetterFate.DELIVERED, dispatched_at=SENT_AT, final=True),
        ),
        *(
            ({"status": status, "sent_at": None}, SenderReport(fate=LetterFate.FAILED, why=why, final=True))
            for status, why in (
                ("permanent-failure", "permanent_failure"),
                ("temporary-failure", "temporary_failure"),
                ("technical-failure", "technical_failure"),
                ("validation-failed", "validation_failed"),
                ("virus-scan-failed", "virus_scan_failed"),
                ("cancelled", "cancelled"),
            )
        ),
    ],
)
async def test_every_status_of_notify_says_what_became_of_a_letter(
    notify: Notify, answer: dict[str, Any], told: SenderReport
) -> None:
    reference = await _sender(notify).send(LETTER)
    notify.fates[reference] = answer

    assert await _sender(notify).fate(reference) == told


async def test_what_notify_has_forgotten_is_asked_for_no_more(notify: Notify) -> None:
    assert await _sender(notify).fate("id-7") == SenderReport(final=True)
    notify.unknown = 500
    with pytest.raises(SenderAway):
        await _sender(notify).fate("id-7")


def test_only_a_sender_that_can_be_asked_is_tracked(notify: Notify, tmp_path: Path) -> None:
    assert isinstance(_sender(notify), Tracking)
    assert not isinstance(FileSender(tmp_path), Tracking)
    assert not isinstance(NoSender(), Tracking)


async def test_a_service_that_does_not_answer_is_away() -> None:
    with pytest.raises(SenderAway):
        await NotifySender(SecretStr(KEY), base_url="http://127.0.0.1:9", email_template="").send(LETTER)


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        (replace(LETTER, address=()), "no_postal_address"),
        (replace(LETTER, address=("1 Sample Street", "DE99 9ZZ")), "address_incomplete"),
        (replace(LETTER, address=("1 Sample Street", "Markeaton", "Derby")), "address_incomplete"),
        (replace(BY_EMAIL, email=None), "no_email_address"),
    ],
)
def test_a_letter_to_nowhere_is_left_to_a_person(letter: Letter, why: str) -> None:
    with pytest.raises(NotSendable) as refused:
        reachable(letter)

    assert refused.value.why == why


@pytest.mark.parametrize("letter", [replace(LETTER, email=None), replace(BY_EMAIL, address=())])
def test_a_letter_needs_the_address_of_its_own_way_alone(letter: Letter) -> None:
    assert reachable(letter) is letter


async def test_a_file_is_whole_for_its_owner_alone_and_is_the_same_when_repeated(tmp_path: Path) -> None:
    sender = FileSender(tmp_path / "letters")

    names = {await sender.send(LETTER), await sender.send(replace(LETTER, again=True))}

    (written,) = (tmp_path / "letters").glob("*.pdf")
    assert names == {written.name} == {f"{LETTER.reference}.pdf"}
    assert written.read_bytes() == LETTER.pdf
    assert written.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("again", [True, False], ids=["after a crash", "after a restore, of which nobody knows"])
async def test_a_file_that_somebody_has_taken_out_is_not_written_again(tmp_path: Path, again: bool) -> None:
    written = tmp_path / await FileSender(tmp_path).send(LETTER)
    written.unlink()

    name = await FileSender(tmp_path).send(replace(LETTER, again=again))

    assert name == written.name
    assert not written.exists()


async def test_a_letter_of_an_erased_pupil_is_deleted_and_not_written_again(tmp_path: Path) -> None:
    sender = FileSender(tmp_path)
    other = replace(LETTER, reference=str(uuid7()))
    await sender.send(LETTER)
    await sender.send(other)
    assert await sender.kept() == tuple(sorted((LETTER.reference, other.reference)))

    assert await sender.forget(LETTER.reference)
    assert not await sender.forget(LETTER.reference), "it is there no longer"
    await FileSender(tmp_path).send(replace(LETTER, again=True))

    assert await sender.kept() == (other.reference,)
    assert await FileSender(tmp_path / "none").kept() == ()
    assert isinstance(sender, Keeping)
    assert not isinstance(NoSender(), Keeping)


@pytest.mark.parametrize("taken_out", [True, False])
async def test_a_power_cut_before_any_step_on_disk_loses_no_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken_out: bool
) -> None:
    """At each such step in turn; a name that a folder's flush has not brought to the disk is gone after it."""
    steps = 0
    ended = False
    while not ended:
        folder = tmp_path / f"cut-before-{steps}"
        with monkeypatch.context() as patched:
            disk = _Disk(folder, cut_before=steps)
            patched.setattr(os, "fsync", disk.fsync)
            patched.setattr(os, "open", disk.open)
            patched.setattr(Path, "rename", lambda path, target, disk=disk: disk.rename(path, target))
            try:
                await FileSender(folder).send(LETTER)
                ended = True
            except _PowerCutError:
                disk.forget_what_was_not_flushed()
        if taken_out:
            for whole in folder.glob("*.pdf"):
                assert whole.read_bytes() == LETTER.pdf
                whole.unlink()
        seen_before = (folder / ".written" / f"{LETTER.reference}.pdf").exists()
        await FileSender(folder).send(replace(LETTER, again=True))
        there = [whole.read_bytes() for whole in folder.glob("*.pdf")]
        assert there == ([] if taken_out and seen_before else [LETTER.pdf])
        assert seen_before == ended, "noted last, when the letter is safe"
        steps += 1
    assert steps > 4, "the steps were seen"


class _PowerCutError(Exception):
    """The machine is off."""


class _Disk:
    """Lets the first steps pass, and cuts the power before the next; knows which names no flush has kept yet."""

    def __init__(self, folder: Path, *, cut_before: int) -> None:
        self._left = cut_before
        self._folder = folder
        self._unkept: set[Path] = set()
        self._real = (os.fsync, os.open, Path.rename)

    def _step(self) -> None:
        if self._left == 0:
            raise _PowerCutError
        self._left -= 1

    def fsync(self, handle: int) -> None:
        self._step()
        self._real[0](handle)
        flushed = Path(f"/proc/self/fd/{handle}").resolve()
        self._unkept = {path for path in self._unkept if path.parent != flushed}

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            self._step()
            self._unkept.add(path)
        return self._real[1](path, flags, mode)

    def rename(self, path: Path, target: Path) -> Path:
        self._step()
        self._unkept.add(target)
        return self._real[2](path, target)

    def forget_what_was_not_flushed(self) -> None:
        for path in self._unkept:
            path.unlink(missing_ok=True)


def test_a_letter_shows_nothing_personal_where_it_is_printed() -> None:
    assert "Sample" not in repr(LETTER)
    assert "sam@" not in repr(LETTER)


@pytest.mark.parametrize(("name", "kind"), [("none", NoSender), ("files", FileSender), ("notify", NotifySender)])
def test_the_settings_name_the_sender(name: str, kind: type, tmp_path: Path) -> None:
    needed = {
        "database_url": "postgresql://127.0.0.1/x",
        "keys_directory": tmp_path,
        "issuer": "https://issuer.example",
        "jwks_url": "https://issuer.example/jwks.json",
    }

    assert type(sender_for(Settings.model_validate({**needed, "letters_sender": name}))) is kind


async def test_without_a_sender_nothing_goes_out() -> None:
    with pytest.raises(NotSendable, match="no_sender"):
        await NoSender().send(LETTER)
