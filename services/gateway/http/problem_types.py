"""The gateway's own kinds of problem, by code. What a rule refuses is not here: each rule says its own code."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemType:
    """One kind of problem: its status, its title, and the words of its page."""

    code: str
    status: int
    title: str
    words: str
    legal_refs: tuple[str, ...] = ()


OWN: Mapping[str, ProblemType] = {
    kind.code: kind
    for kind in (
        ProblemType(
            code="idempotency_key_required",
            status=400,
            title="The Idempotency-Key header is missing or is not a UUID",
            words="Each command carries an Idempotency-Key: a UUID that you make. Send the same key to repeat "
            "the same command safely, and a new key for a new attempt.",
        ),
        ProblemType(
            code="bad_request", status=400, title="The request could not be read", words="It is not valid HTTP."
        ),
        ProblemType(
            code="not_signed_in",
            status=401,
            title="Sign in first",
            words="Send a bearer token of the issuer that this service trusts. It may have expired.",
        ),
        ProblemType(
            code="role_not_allowed",
            status=403,
            title="Your role may not do this",
            words="The table of commands names the roles that may give each command. "
            "A placement's list of commands says which of them are open to you.",
        ),
        ProblemType(
            code="organisation_not_allowed",
            status=403,
            title="This belongs to another organisation",
            words="You act for one school, provider or council, and this command concerns another.",
        ),
        ProblemType(
            code="form_of_another",
            status=403,
            title="This form was not sent from its own page",
            words="A form is taken from the page of this service that showed it, in the session that it was shown in.",
        ),
        ProblemType(
            code="not_found",
            status=404,
            title="Nothing here that you may see",
            words="There is nothing at this address, or it is not visible to you.",
        ),
        ProblemType(
            code="not_yet_proved",
            status=404,
            title="This event is under no checkpoint yet",
            words="Checkpoints are signed every minute over what was recorded. Ask again after the next. Where the "
            "record has no name to sign under, there are none.",
        ),
        ProblemType(
            code="code_set_unknown",
            status=404,
            title="There is no such list of codes",
            words="/reference has the lists of codes.",
        ),
        ProblemType(code="method_not_allowed", status=405, title="This address has no such method", words="See Allow."),
        ProblemType(
            code="personal_data_erased",
            status=409,
            title="This pupil's personal data has been erased",
            words="The pupil's key was destroyed. Their personal data cannot be read, and nothing more can be written.",
        ),
        ProblemType(
            code="position_unknown",
            status=409,
            title="This record has not come as far as that position",
            words="Positions are those of one record. Either it belongs to another record, or this record was restored "
            "to an earlier time. Events that you heard about since then have not happened in it. Begin again from a "
            "position that you trust, or from 0.",
        ),
        ProblemType(
            code="record_restored",
            status=409,
            title="At that position is another event than the one that you processed",
            words="The record was restored to an earlier time, and the positions after it belong to other events now. "
            "We do not know where its history parts from yours: try the positions with marks that you kept, the "
            "newest first. What you received after the last accepted one has not happened in this record.",
        ),
        ProblemType(
            code="archived",
            status=410,
            title="This record was put into an archive",
            words="The personal data was erased before, and then the events were taken off into a file, which proves "
            "itself. Ask whoever keeps the record for the file.",
        ),
        ProblemType(
            code="version_moved_on",
            status=412,
            title="The record has moved on",
            words="If-Match named a version that is no longer the present one. Read what changed, then decide again.",
        ),
        ProblemType(
            code="body_too_large",
            status=413,
            title="The body is too large",
            words="A body may have up to 1 MiB. Documents are not sent in commands.",
        ),
        ProblemType(
            code="unsupported_media_type",
            status=415,
            title="The body is not said to be JSON",
            words="A command is sent as JSON in UTF-8, not compressed, with Content-Type: application/json.",
        ),
        ProblemType(
            code="malformed",
            status=422,
            title="Something in the request has the wrong form",
            words="Each entry of errors says what is wrong in one place. It names the place by a JSON pointer into the "
            "body or by the name of a parameter.",
        ),
        ProblemType(
            code="reference_mistyped",
            status=422,
            title="This reference is mistyped",
            words="The last character of a reference checks the others, and here it does not fit: a character is "
            "wrong, missing or too many. Compare it with the letter or the list that you have it from. O is read as 0, "
            "and I and L are read as 1.",
        ),
        ProblemType(
            code="idempotency_key_reused",
            status=422,
            title="This Idempotency-Key was used for something else",
            words="A key belongs to the person who used it first, and to that one command with that one body. "
            "Make a new key.",
        ),
        ProblemType(
            code="too_many_at_once",
            status=429,
            title="You have too much under way at once",
            words="One person may have so many streams, waits for events, documents, lists and previews under way "
            "at once. Wait for one of them to end, and repeat the request after the seconds that Retry-After names.",
        ),
        ProblemType(
            code="search_over",
            status=404,
            title="This search is over",
            words="What was searched for is kept for an hour, for the person who searched. Search again.",
        ),
        ProblemType(
            code="too_many_searches",
            status=429,
            title="You searched as often as one person may in an hour",
            words="Searches by name and number are limited, and each is logged. Come back after the seconds that "
            "Retry-After names, or look through the list.",
        ),
        ProblemType(
            code="too_many_readings",
            status=429,
            title="You have reached the limit of readings for an hour",
            words="Each person can read a limited number of lists about children at several schools, and each reading "
            "is logged. Try again after the number of seconds in Retry-After.",
        ),
        ProblemType(
            code="database_away",
            status=503,
            title="The database cannot be reached just now",
            words="Nothing was half done. Repeat the request, with the same Idempotency-Key if it was a command.",
        ),
        ProblemType(
            code="database_changing",
            status=503,
            title="The database is being changed just now",
            words="A migration changed the shape of what this request reads, twice while it was answered. Nothing was "
            "half done: repeat the request, with the same Idempotency-Key if it was a command.",
        ),
        ProblemType(
            code="sign_in_away",
            status=503,
            title="Sign-in cannot be checked just now",
            words="The issuer's public keys cannot be fetched. Repeat the request later.",
        ),
        ProblemType(
            code="keys_away",
            status=503,
            title="The pupils' keys cannot be reached just now",
            words="The key store does not answer. Nothing was done.",
        ),
        ProblemType(
            code="release_too_old",
            status=503,
            title="A later release wrote this",
            words="The record holds an event of a type or a version that this release does not know. It does not show "
            "part of a record as if it were the whole. Repeat the request once the later release runs here.",
        ),
        ProblemType(
            code="not_done_yet",
            status=409,
            title="What you asked for is not done yet",
            words="A worker carries it out. Its status says how far it is; fetch the result once it is done.",
        ),
        ProblemType(
            code="job_failed",
            status=409,
            title="What you asked for could not be carried out",
            words="Its status says why. Ask again, or use the command line.",
        ),
        ProblemType(
            code="result_gone",
            status=410,
            title="This result is no longer here",
            words="A result is given once and kept for a day. Ask for it again.",
        ),
        ProblemType(
            code="document_not_made",
            status=503,
            title="The document took too long to make",
            words="It took more time or memory than one document may have. Ask for it as a page, with format=html, or "
            "repeat the request when less is going on.",
        ),
        ProblemType(
            code="not_there_yet",
            status=503,
            title="This list has not come as far as that position",
            words="Lists follow the record within moments. This one has not reached the position that was asked for: "
            "it is catching up, or something holds it back, which the warnings of /health/ready name. Nothing was "
            "lost. Repeat the request, or leave the position out to see the list as it is.",
        ),
        ProblemType(
            code="record_closed",
            status=503,
            title="The record takes nothing new just now",
            words="Something keeps the service from adding to the record safely, so it adds nothing. Nothing was half "
            "done. Repeat the request later, with the same Idempotency-Key if it was a command.",
        ),
        ProblemType(
            code="busy",
            status=503,
            title="The record is changing too fast just now",
            words="Several people are changing the same thing at once. Nothing was half done: repeat the request.",
        ),
        ProblemType(
            code="fault",
            status=500,
            title="Something went wrong here",
            words="This is a defect of the service. The request's id helps to find it.",
        ),
    )
}
