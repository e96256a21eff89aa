"""The sender that the settings name."""

from typing import assert_never

from infra.letters.files import FileSender
from infra.letters.notify import NotifySender
from infra.letters.port import NoSender, Sender
from infra.settings import Settings


def sender_for(settings: Settings) -> Sender:
    match settings.letters_sender:
        case "none":
            return NoSender()
        case "files":
            return FileSender(settings.letters_directory)
        case "notify":
            return NotifySender(
                settings.notify_api_key,
                base_url=settings.notify_base_url,
                email_template=settings.notify_email_template,
            )
        case _:
            assert_never(settings.letters_sender)
