"""Letters and e-mails by GOV.UK Notify, through its own client. Never run against the real service.

Notify takes a letter with the same reference twice, so each letter is asked for by its reference before it is posted.
It keeps what it took for a week: within that time nothing goes out twice.
"""

import asyncio
from io import BytesIO
from typing import Any

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from notifications_python_client.utils import prepare_upload
from pydantic import SecretStr

from events.codes import DeliveryMethod
from infra.letters.port import Letter, NotSendable, SenderAway

# Twice this is less than a transaction may stand idle while a letter is being sent.
_TIMEOUT_SECONDS = 4
_TOO_MANY = 429
_FORBIDDEN = 403
_SERVER = 500


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

    def _send(self, letter: Letter) -> str:
        # One for each letter: the client is not for several threads at once.
        client = NotificationsAPIClient(
            self._api_key.get_secret_value(), base_url=self._base_url, timeout=_TIMEOUT_SECONDS
        )
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
