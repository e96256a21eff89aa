"""That documents were made goes on record once, at any stage."""

from typing import Any

import pytest

from domain.placement.record.documents import DocumentKeptAlready, MadeDocument, RecordDocuments
from domain.placement.stages import Stage
from events.codes import DocumentKind, RecipientRole
from events.ids import DocumentId, EventId
from events.placement.letters import DocumentProduced
from tests.domain.examples import at
from tests.dsl import an_id

CAUSE = EventId(an_id("event 9"))


def _fields(role: RecipientRole) -> dict[str, Any]:
    return {
        "document_id": DocumentId(an_id(f"document for {role}")),
        "kind": DocumentKind.NOTICE,
        "version": 1,
        "subject": an_id("notice"),
        "recipient": role,
        "recipient_number": 1,
        "fingerprint": "0a" * 32,
        "page_fingerprint": "0b" * 32,
    }


PARENT, COUNCIL = _fields(RecipientRole.RELEVANT_PERSON), _fields(RecipientRole.LA)


@pytest.mark.parametrize("stage", [Stage.REFERRED, Stage.ACTIVE, Stage.CLOSED])
def test_the_documents_of_an_event_go_on_record_together_and_once(stage: Stage) -> None:
    command = RecordDocuments(cause=CAUSE, documents=(MadeDocument(**PARENT), MadeDocument(**COUNCIL)))

    story = (
        at(stage).when(command).then(DocumentProduced(cause=CAUSE, **PARENT), DocumentProduced(cause=CAUSE, **COUNCIL))
    )

    assert [each.recipient for each in story.state.papers.documents] == [
        RecipientRole.RELEVANT_PERSON,
        RecipientRole.LA,
    ]
    story.when(command).then_rejected(DocumentKeptAlready, DocumentKeptAlready)
    story.when(RecordDocuments(cause=CAUSE, documents=(MadeDocument(**COUNCIL),))).then_rejected(DocumentKeptAlready)
