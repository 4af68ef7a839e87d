"""Who lives in the story."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gql_app.demo.campaigns import Campaign, Tier
from gql_app.demo.chance import Chance
from gql_app.demo.places import FIRST_NAMES, LANGUAGES, LAST_NAMES, PLACES, Place
from gql_app.demo.shop import Order, Spending

NAMES = len(FIRST_NAMES) * len(LAST_NAMES)


@dataclass
class Card:
    """A voucher in someone's hand; on a loyalty card it holds points."""

    id: str
    code: str
    campaign: Campaign
    issued_at: datetime
    points: int = 0

    @property
    def tier(self) -> Tier:
        """Where these points stand in a loyalty programme."""
        return self.campaign.tier(self.points)


@dataclass(eq=False)
class Person:
    """A customer, as the shop knows them now."""

    id: str
    source_id: str
    name: str
    email: str
    place: Place
    created_at: datetime
    friend_code: Card
    updated_at: datetime | None = None
    phone: str | None = None
    birthdate: str | None = None
    description: str | None = None
    address: dict[str, str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    consents: dict[str, dict[str, Any]] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    spending: Spending = field(default_factory=Spending)
    unpaid: list[Order] = field(default_factory=list)
    redemptions: int = 0
    referrals: list[dict[str, str]] = field(default_factory=list)
    referred: int = 0

    @property
    def points(self) -> int:
        """Over all cards."""
        return sum(card.points for card in self.cards)


def card(chance: Chance, campaign: Campaign, issued_at: datetime) -> Card:
    """A fresh voucher of the campaign."""
    return Card(chance.letters("v_", 32), chance.letters("", 8), campaign, issued_at)


def newcomer(chance: Chance, number: int, friend_code: Card) -> Person:
    """The number-th person of the story, who shares name and e-mail with nobody before."""
    name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number % len(LAST_NAMES)]}"
    person = Person(
        id=chance.letters("cust_"),
        source_id=f"shop-{10_000 + number}",
        name=name,
        email=_email(name, number),
        place=chance.choice(PLACES),
        created_at=friend_code.issued_at,
        friend_code=friend_code,
    )
    person.metadata["lang"] = chance.choice(LANGUAGES)
    if chance.happens(0.7):
        person.birthdate = f"{chance.randint(1950, 2004)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return person


def _email(name: str, number: int) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    again = number // NAMES or ""
    return f"{plain.replace(' ', '.')}{again}@example.{('com', 'org')[number % 2]}"
