"""How points grow; time passes at each yield."""

from collections.abc import Iterator

from gql_app.demo.campaigns import Tier
from gql_app.demo.cast import Card, Person
from gql_app.demo.envelope import Envelope
from gql_app.demo.moments import iso
from gql_app.demo.portrait import simple
from gql_app.demo.town import Town
from gql_app.demo.vouchers import Addition


def earns(town: Town, person: Person, held: Card, points: int) -> Iterator[Envelope]:
    """Points for a purchase, and the person told anew."""
    before = held.tier
    held.points += points
    yield from _stands(town, person, held, before)


def is_given(town: Town, person: Person, held: Card, points: int, reason: str) -> Iterator[Envelope]:
    """Points by hand, and the person told anew."""
    before = held.tier
    held.points += points
    addition = Addition(town.chance.digits("vtx_"), held, points, reason)
    yield town.tell("customer.voucher.loyalty_card.points_added", person, addition.told(person, town.now))
    yield from _stands(town, person, held, before)


def _stands(town: Town, person: Person, held: Card, before: Tier) -> Iterator[Envelope]:
    if held.tier is not before:
        yield _upgraded(town, person, held, before)
    yield town.updated(person)


def _upgraded(town: Town, person: Person, held: Card, before: Tier) -> Envelope:
    data = {
        "customer": simple(person),
        "campaign": held.campaign.told(),
        "loyalty_tier_from": before.told(held.campaign),
        "loyalty_tier_to": held.tier.told(held.campaign),
        "created_at": iso(town.now),
    }
    return town.tell("customer.loyalty.tier.upgraded", person, data)
