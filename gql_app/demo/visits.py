"""What happens in the shop; time passes at each yield."""

from collections.abc import Iterator

from gql_app.demo.cast import Card, Person, card
from gql_app.demo.envelope import Envelope
from gql_app.demo.moments import iso
from gql_app.demo.places import GIFT_REASONS
from gql_app.demo.points import earns, is_given
from gql_app.demo.portrait import simple
from gql_app.demo.receipts import Redemption, paid, placed
from gql_app.demo.shop import Line, Order, basket
from gql_app.demo.town import BIG_SPENDERS, Town

BIG = 30_000
LEFT_UNPAID = 0.35
PAYMENTS = ("Visa", "Mastercard", "Other")


def buys(town: Town) -> Iterator[Envelope]:
    """Someone orders and mostly pays at once."""
    person = town.anyone()
    order = _order(town, person, basket(town.chance, town.shelf))
    yield town.tell("customer.order.created", person, placed(person, order))
    if town.chance.happens(LEFT_UNPAID):
        person.unpaid.append(order)
    else:
        yield from _pays(town, person, order)


def pays_later(town: Town) -> Iterator[Envelope]:
    """Someone pays what was left unpaid; if nothing was, someone buys."""
    debtors = [person for person in town.people if person.unpaid]
    if not debtors:
        yield from buys(town)
        return
    person = town.chance.choice(debtors)
    yield from _pays(town, person, person.unpaid.pop(0))


def uses_coupon(town: Town) -> Iterator[Envelope]:
    """Someone orders with a discount."""
    person = town.anyone()
    coupon = card(town.chance, town.campaigns.coupons, town.now)
    order = _order(town, person, basket(town.chance, town.shelf)).discounted()
    yield from redeems(town, _redemption(town, person, person, coupon), order)


def first_order(town: Town, person: Person, referrer: Person) -> tuple[Redemption, Order]:
    """An order to be placed with the code of the one who brought the person."""
    order = _order(town, person, basket(town.chance, town.shelf), referrer).discounted()
    return _redemption(town, person, referrer, referrer.friend_code), order


def redeems(town: Town, redemption: Redemption, order: Order) -> Iterator[Envelope]:
    """The order is placed, its code redeemed, and the rest paid."""
    person = redemption.person
    yield town.tell("customer.order.created", person, placed(person, order))
    _count(town, redemption)
    yield town.tell("customer.redemption.succeeded", person, redemption.told(order, town.now))
    yield from _pays(town, person, order)


def thanks(town: Town) -> Iterator[Envelope]:
    """The shop gives someone points."""
    person = town.anyone()
    held, points = person.cards[-1], town.chance.choice((10, 25, 40, 75, 120))
    yield from is_given(town, person, held, points, town.chance.choice(GIFT_REASONS))


def _order(town: Town, person: Person, lines: tuple[Line, ...], referrer: Person | None = None) -> Order:
    notes = {
        "card": [town.chance.choice(PAYMENTS)],
        "region": person.place.country,
        "currency": person.place.currency,
    }
    brought_by = simple(referrer) if referrer else None
    return Order(town.chance.letters("ord_"), lines, town.now, notes, referrer=brought_by)


def _redemption(town: Town, person: Person, holder: Person, code: Card) -> Redemption:
    tracking_id = town.chance.letters("track_", 22) + "=="
    return Redemption(town.chance.digits("r_"), tracking_id, person, holder, code)


def _count(town: Town, redemption: Redemption) -> None:
    redemption.person.redemptions += 1
    if redemption.holder is not redemption.person:
        redemption.holder.referred += 1
        redemption.person.referrals.append(
            {
                "campaign_id": redemption.card.campaign.id,
                "referrer_id": redemption.holder.id,
                "related_object_id": redemption.id,
                "related_object_type": "redemption",
                "date": iso(town.now),
            }
        )


def _pays(town: Town, person: Person, order: Order) -> Iterator[Envelope]:
    before = person.spending.total
    person.spending = person.spending.after(order, town.now)
    yield town.tell("customer.order.paid", person, paid(person, order, town.now))
    yield from earns(town, person, person.cards[0], order.total // 100)
    if before < BIG <= person.spending.total:
        yield town.entered(person, BIG_SPENDERS)
