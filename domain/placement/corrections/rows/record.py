"""What may be put right of the events of the record itself and its letters."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.corrections.rows.row import CorrectionRow, each_for, row
from domain.placement.record import assigning, contact, letters, restriction
from events.placement.letters import (
    LetterReturned,
)
from events.placement.record import (
    AccessRestricted,
    AccessRestrictionLifted,
    CaseAssigned,
    NoteAdded,
)

_LETTER = ("cause", "recipient", "recipient_number")

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        LetterReturned: row(
            letters.sound_return,
            *("returned_on", "note"),
            **each_for("It follows from the letter. Record the return of the other letter.", *_LETTER),
        ),
        NoteAdded: row(contact.sound_note, "text"),
        CaseAssigned: row(assigning.sound_assignment, "assigned_on", "reason", assigned_to="Assign the case again."),
        AccessRestricted: row(
            restriction.sound_restriction,
            "reason",
            reader_roles="Restrict access again: the latest restriction holds.",
        ),
        AccessRestrictionLifted: row(restriction.sound_lifting, "reason"),
    }
)
