"""What people tell the shop about themselves, and change later."""

from collections.abc import Callable

from gql_app.demo.cast import Person, card
from gql_app.demo.chance import Chance
from gql_app.demo.moments import iso
from gql_app.demo.places import CHANNELS, DESCRIPTIONS, INTERESTS, LAST_NAMES, PLACES
from gql_app.demo.town import Town

NEWSLETTER = "cnst_N3wsLetterByEmailDemo01"


def settle(town: Town, person: Person) -> None:
    """The person joins the club and, with luck, fills in the rest of the profile."""
    person.cards.append(card(town.chance, town.campaigns.harbour, town.now))
    person.metadata["acquisition_channel"] = town.chance.choice(CHANNELS)
    for probability, change in (
        (0.85, move),
        (0.6, take_phone),
        (0.5, join_green),
        (0.4, consent),
        (0.2, describe),
    ):
        if town.chance.happens(probability):
            change(town, person)


def move(town: Town, person: Person) -> None:
    """A new address, where the same money is used."""
    person.place = town.chance.choice([place for place in PLACES if place.currency == person.place.currency])
    person.address = {
        "city": person.place.city,
        "state": person.place.state,
        "line_1": f"{person.place.street} {town.chance.randint(1, 180)}",
        "country": person.place.country,
        "postal_code": _filled(town.chance, person.place.postal_code),
    }


def take_phone(town: Town, person: Person) -> None:
    """A new number."""
    person.phone = _filled(town.chance, person.place.phone)


def join_green(town: Town, person: Person) -> None:
    """A card of the second programme, for those who have none."""
    green = town.campaigns.green
    if all(held.campaign is not green for held in person.cards):
        person.cards.append(card(town.chance, green, town.now))


def consent(town: Town, person: Person) -> None:
    """A yes or no to the newsletter."""
    wanted = not person.consents.get(NEWSLETTER, {}).get("value", False)
    said = {"date": iso(town.now)}
    person.consents = {"unsubscribed": said | {"value": not wanted}, NEWSLETTER: said | {"value": wanted}}


def describe(town: Town, person: Person) -> None:
    """A word about the person."""
    person.description = town.chance.choice(DESCRIPTIONS)


def take_interest(town: Town, person: Person) -> None:
    """Metadata of several types: a list, a number, a boolean."""
    person.metadata["interests"] = sorted(town.chance.sample(INTERESTS, 2))
    person.metadata["household"] = town.chance.randint(1, 5)
    person.metadata["vip"] = town.chance.happens(0.3)


def marry(town: Town, person: Person) -> None:
    """A second surname."""
    first, own = person.name.split(" ")
    new = town.chance.choice([name for name in LAST_NAMES if name not in own])
    person.name = f"{first} {own.split('-')[0]}-{new}"


CHANGES: tuple[Callable[[Town, Person], None], ...] = (
    move,
    take_phone,
    join_green,
    consent,
    describe,
    take_interest,
    take_interest,
    marry,
)


def _filled(chance: Chance, pattern: str) -> str:
    return "".join(str(chance.randrange(10)) if sign == "#" else sign for sign in pattern)
