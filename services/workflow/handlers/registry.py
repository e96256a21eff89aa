"""Every handler that a worker runs, and how many events each takes in one transaction."""

from temporalio.client import Client

from infra.clock import Clock
from infra.documents.renderer import Renderer
from infra.encryption.keys import KeyProvider
from infra.letters.port import Sender
from infra.subscriptions.handler import Handler
from infra.subscriptions.subscription import BATCH_LIMIT
from services.workflow.handlers import document_producer, letter_sender
from services.workflow.handlers.document_producer import DocumentProducer
from services.workflow.handlers.erasures import Erasures
from services.workflow.handlers.first_mark import FirstMarks
from services.workflow.handlers.letter_sender import LetterSender
from services.workflow.handlers.wake_handlers import WAKE_RULES, WakeHandler


def handlers(
    client: Client, *, keys: KeyProvider, clock: Clock, renderer: Renderer, sender: Sender
) -> list[tuple[Handler, int]]:
    return [
        *((WakeHandler(rule, client), BATCH_LIMIT) for rule in WAKE_RULES),
        (Erasures(keys, clock), BATCH_LIMIT),
        (FirstMarks(client, keys, clock), BATCH_LIMIT),
        (DocumentProducer(keys, clock, client, renderer), document_producer.BATCH),
        (LetterSender(keys, sender, clock=clock, client=client), letter_sender.BATCH),
    ]
