"""What is stored: the mirror of Voucherify's customers, the inbox it is made from, the journal of its changes.

And the keys of those who may read it.
"""

from models.api_key import ApiKey
from models.campaign import Campaign, LoyaltyTier
from models.customer import Consent, Customer
from models.inbox import InboxEvent
from models.journal import JournalEntry, MirrorState
from models.loyalty import LoyaltyCampaign, Referral
from models.order import Order, OrderItem
from models.redemption import Redemption
from models.segment import CustomerSegment, Segment
from models.sync import SyncMark
from models.word import CustomerWord

__all__ = [
    "ApiKey",
    "Campaign",
    "Consent",
    "Customer",
    "CustomerSegment",
    "CustomerWord",
    "InboxEvent",
    "JournalEntry",
    "LoyaltyCampaign",
    "LoyaltyTier",
    "MirrorState",
    "Order",
    "OrderItem",
    "Redemption",
    "Referral",
    "Segment",
    "SyncMark",
]
