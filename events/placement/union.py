"""Every event of a placement's stream. One that its module does not list in its union cannot be stored."""

from events.placement.agreement import AgreementEvent
from events.placement.contact import ContactEvent
from events.placement.data_protection import DataProtectionEvent
from events.placement.deadlines import DeadlinesEvent
from events.placement.decision import DecisionEvent
from events.placement.ending import EndingEvent
from events.placement.letters import LettersEvent
from events.placement.other_streams import OtherStreamsEvent
from events.placement.record import RecordEvent
from events.placement.referral import ReferralEvent
from events.placement.reviews import ReviewsEvent
from events.placement.running import RunningEvent

PlacementEvent = (
    ReferralEvent
    | DecisionEvent
    | AgreementEvent
    | RunningEvent
    | ReviewsEvent
    | EndingEvent
    | LettersEvent
    | DeadlinesEvent
    | OtherStreamsEvent
    | RecordEvent
    | ContactEvent
    | DataProtectionEvent
)
