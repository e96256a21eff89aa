"""Documents as they were made, each form once, sealed under the pupil's key: destroying the key makes them unreadable.

A row is written and never changed. Keeping a document that is already kept returns the stored one.
"""

from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, LargeBinary, Table, Text, Uuid, text

from infra.documents.rendering import Pages
from infra.encryption import vault
from infra.encryption.keys import DataKey, KeyProvider
from infra.postgres.db import metadata

Media = Literal["html", "pdf"]
_ADDRESSEE: Final = "addressee"

document = Table(
    "document",
    metadata,
    Column("document_id", Uuid, primary_key=True),
    Column("media", Text, primary_key=True),
    Column("placement_id", Uuid, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    # Of the PDF of a letter: to whom it goes (infra/letters/addressee.py). Empty where it was made before.
    Column("addressee", LargeBinary),
    # Its number among what the signer has taken (infra/proof/entries.py), who alone writes it.
    Column("proved_as", BigInteger),
    CheckConstraint("media IN ('html', 'pdf')", name="media"),
)
Index(
    "document_unproved_idx",
    document.c.document_id,
    document.c.media,
    postgresql_where=text("proved_as IS NULL"),
)
Index("document_placement_id_idx", document.c.placement_id)

_KEEP: Final = """
INSERT INTO document (document_id, media, placement_id, fingerprint, sealed, addressee)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (document_id, media) DO NOTHING
"""
_FIND: Final = "SELECT sealed FROM document WHERE document_id = $1 AND media = $2"
_LETTER: Final = "SELECT sealed, addressee FROM document WHERE document_id = $1 AND media = 'pdf'"
_OF: Final = "SELECT placement_id FROM document WHERE document_id = $1 LIMIT 1"
_FINGERPRINT: Final = "SELECT fingerprint FROM document WHERE document_id = $1 AND media = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFingerprints:
    """The fingerprints, in hexadecimal, of what is kept."""

    fingerprint: str
    page_fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLetter:
    """What is sent, and of which pupil. `addressee`: as `keep` took it; None where it was kept without."""

    pupil_id: UUID
    pdf: bytes = field(repr=False)
    addressee: bytes | None = field(repr=False)


async def keep(
    conn: asyncpg.Connection,
    key: DataKey,
    *,
    document_id: UUID,
    placement_id: UUID,
    pages: Pages,
    addressee: bytes | None = None,
) -> StoredFingerprints:
    """Keep both forms, unless they are: a later release's template changes nothing that was made before it."""
    sealed_addressee = (
        None
        if addressee is None
        else vault.seal_document(key, document_id=document_id, media=_ADDRESSEE, clear=addressee)
    )
    forms: dict[Media, bytes] = {"html": pages.html, "pdf": pages.pdf}
    found: dict[Media, bytes] = {}
    for media, clear in forms.items():
        sealed = vault.seal_document(key, document_id=document_id, media=media, clear=clear)
        beside = sealed_addressee if media == "pdf" else None
        await conn.execute(_KEEP, document_id, media, placement_id, vault.fingerprint(key, clear), sealed, beside)
        found[media] = await conn.fetchval(_FINGERPRINT, document_id, media)
    return StoredFingerprints(fingerprint=found["pdf"].hex(), page_fingerprint=found["html"].hex())


async def read_letter(conn: asyncpg.Connection, keys: KeyProvider, document_id: UUID) -> StoredLetter | None:
    """The one row of which a letter is sent; None if it was never kept. Raises KeyErased, PersonalDataUnreadable."""
    row = await conn.fetchrow(_LETTER, document_id)
    if row is None:
        return None
    pupil_id, addressee = vault.key_id_of(row["sealed"]), row["addressee"]
    key = await keys.get(pupil_id)
    return StoredLetter(
        pupil_id=pupil_id,
        pdf=vault.open_document(key, document_id=document_id, media="pdf", sealed=row["sealed"]),
        addressee=None
        if addressee is None
        else vault.open_document(key, document_id=document_id, media=_ADDRESSEE, sealed=addressee),
    )


async def belongs(conn: asyncpg.Connection, document_id: UUID, placement_id: UUID) -> bool:
    """Whether a document of this placement is kept under this id."""
    found: UUID | None = await conn.fetchval(_OF, document_id)
    return found == placement_id


async def read(conn: asyncpg.Connection, key: DataKey, document_id: UUID, media: Media) -> bytes | None:
    """One form as it was made; None if it was never kept. Raises PersonalDataUnreadable."""
    sealed = await conn.fetchval(_FIND, document_id, media)
    if sealed is None:
        return None
    return vault.open_document(key, document_id=document_id, media=media, sealed=sealed)
