"""Letters and e-mails by GOV.UK Notify, through its own client. Never run against the real service.

Notify takes a letter with the same reference twice, so each letter is asked for by its reference before it is posted.
It keeps what it took for a week: within that time nothing goes out twice.

Taking a letter is not sending it: what became of it is asked for until Notify says something final.
"""

import asyncio
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from notifications_python_client.utils import prepare_upload
from pydantic import SecretStr

from events.codes import DeliveryMethod, LetterFate
from infra.letters.port import Letter, NotSendable, SenderAway, SenderReport

# Twice this is less than a transaction may stand idle while a letter is being sent.
_TIMEOUT_SECONDS = 4
_TOO_MANY = 429
_FORBIDDEN = 403
_SERVER = 500
_NOT_FOUND = 404
_NOT_AN_ID = 400


_FAILED = frozenset({
    *("permanent-failure", "temporary-failure", "technical-failure"),
    *("validation-failed", "virus-scan-failed", "cancelled"),
})  # fmt: skip
"""Every status after which nothing arrives, of letters and e-mails."""
_ARRIVED = frozenset({"delivered", "received"})


class NotifySender:
    name = "notify"

    def __init__(self, api_key: SecretStr, *, base_url: str, email_template: str) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._email_template = email_template

    async def send(self, letter: Letter) -> str:
        try:
            return await asyncio.to_thread(self._send, letter)
        except APIError as error:
            # A key that is wrong and a limit that is reached are put right without a change to the letter.
            if error.status_code in {_TOO_MANY, _FORBIDDEN} or error.status_code >= _SERVER:
                raise SenderAway(f"Notify answered {error.status_code}") from None
            raise NotSendable("refused_by_notify") from None

    async def fate(self, sender_reference: str) -> SenderReport:
        try:
            found = await asyncio.to_thread(lambda: self._client().get_notification_by_id(sender_reference))
        except APIError as error:
            if error.status_code in {_NOT_FOUND, _NOT_AN_ID}:
                return SenderReport(final=True)  # kept no longer: whether it arrived, somebody has to find out
            raise SenderAway(f"Notify answered {error.status_code}") from None
        return _told(found)

    def _client(self) -> NotificationsAPIClient:
        """One for each letter: the client is not for several threads at once."""
        return NotificationsAPIClient(
            self._api_key.get_secret_value(), base_url=self._base_url, timeout=_TIMEOUT_SECONDS
        )

    def _send(self, letter: Letter) -> str:
        client = self._client()
        # Always: a database that was put back in time does not know what it sent.
        found = client.get_all_notifications(reference=letter.reference)["notifications"]
        if found:
            return str(found[0]["id"])
        return str(self._posted(client, letter)["id"])

    def _posted(self, client: NotificationsAPIClient, letter: Letter) -> Any:
        if letter.method is DeliveryMethod.EMAIL:
            return client.send_email_notification(
                email_address=letter.email,
                template_id=self._email_template,
                personalisation={"title": letter.title, "document": prepare_upload(BytesIO(letter.pdf))},
                reference=letter.reference,
            )
        return client.send_precompiled_letter_notification(letter.reference, BytesIO(letter.pdf), postage="first")


def _told(found: Any) -> SenderReport:
    status, sent_at = str(found.get("status")), _instant(found.get("sent_at"))
    if status in _FAILED:
        return SenderReport(fate=LetterFate.FAILED, dispatched_at=sent_at, why=status.replace("-", "_"), final=True)
    if status in _ARRIVED:
        arrived = sent_at or _instant(found.get("completed_at"))
        return SenderReport(fate=LetterFate.DELIVERED, dispatched_at=arrived, final=True)
    return SenderReport(fate=LetterFate.DISPATCHED if sent_at else None, dispatched_at=sent_at)


def _instant(said: Any) -> datetime | None:
    """A time as Notify writes it; None where it says none, or not so that it can be read."""
    try:
        found = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
