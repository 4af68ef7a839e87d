"""Where the story takes place: its people, its shop and its clock."""

from collections import deque
from datetime import datetime, timedelta
from typing import Any

from gql_app.demo import portrait
from gql_app.demo.cast import NAMES, Person, card, newcomer
from gql_app.demo.chance import Chance
from gql_app.demo.envelope import Envelope, Happening, Sender
from gql_app.demo.places import GOODS, Product
from gql_app.demo.programmes import founded

NEW_CUSTOMERS, BIG_SPENDERS = "New Customers", "Big Spenders"
REMEMBERED = 40
CAMPAIGNS_ARE_OLDER = timedelta(days=200)


class Town:
    """The state of the story at the moment `now`, which only the teller of the story moves on."""

    def __init__(self, chance: Chance, now: datetime) -> None:
        self.chance = chance
        self.now = now
        self.sender = Sender(chance)
        self.campaigns = founded(chance, now - CAMPAIGNS_ARE_OLDER)
        self.shelf = tuple(Product(chance.digits("prod_"), *goods) for goods in GOODS)
        self.people: list[Person] = []
        self.recent: deque[Envelope] = deque(maxlen=REMEMBERED)
        self._segments = {name: chance.letters("seg_") for name in (NEW_CUSTOMERS, BIG_SPENDERS)}
        self._number = chance.randrange(NAMES)

    def anyone(self) -> Person:
        """Someone who lives here."""
        return self.chance.choice(self.people)

    def welcome(self) -> Person:
        """Someone who moved in this moment."""
        friend_code = card(self.chance, self.campaigns.friends, self.now)
        person = newcomer(self.chance, self._number, friend_code)
        self._number += 1
        self.people.append(person)
        return person

    def tell(self, type_: str, person: Person, data: dict[str, Any]) -> Envelope:
        """What befalls the person now, as Voucherify posts it."""
        return self.sender.wrap(Happening(type_, person.id, self.now, data))

    def created(self, person: Person) -> Envelope:
        """The first snapshot of the person."""
        return self.tell("customer.created", person, {"customer": self._full(person)})

    def updated(self, person: Person) -> Envelope:
        """The whole person, as of now."""
        person.updated_at = self.now
        return self.tell("customer.updated", person, {"customer": self._full(person)})

    def deleted(self, person: Person) -> Envelope:
        """The last snapshot of the person, who lives here no longer."""
        self.people.remove(person)
        person.updated_at = self.now
        return self.tell("customer.deleted", person, {"customer": self._full(person)})

    def entered(self, person: Person, segment: str) -> Envelope:
        """The person and the segment that now counts them in."""
        told = {"id": self._segments[segment], "name": segment, "object": "segment"}
        return self.tell("customer.segment.entered", person, {"customer": self._full(person), "segment": told})

    def _full(self, person: Person) -> dict[str, Any]:
        return portrait.full(person, self.campaigns.friends.name)
