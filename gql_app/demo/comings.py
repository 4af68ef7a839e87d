"""Who comes, changes and goes, and how the post garbles it; time passes at each yield."""

from collections.abc import Iterator
from datetime import timedelta

from gql_app.demo.cast import Person
from gql_app.demo.envelope import Envelope
from gql_app.demo.moments import iso
from gql_app.demo.points import is_given
from gql_app.demo.profiles import CHANGES, settle, take_interest, take_phone
from gql_app.demo.town import NEW_CUSTOMERS, Town
from gql_app.demo.visits import first_order, redeems

FEWEST, MOST = 20, 300
FOR_A_FRIEND = 50
# Less than any pause of the story: what happened so long ago happened after whatever was told last.
A_MOMENT = timedelta(milliseconds=700)
RENAMED_BEFORE = timedelta(milliseconds=16)


def arrives(town: Town) -> Iterator[Envelope]:
    """Someone signs up, or leaves if the town is full."""
    if len(town.people) < MOST:
        yield from _signs_up(town, town.welcome())
    else:
        yield from leaves(town)


def brings_friend(town: Town) -> Iterator[Envelope]:
    """Someone's friend signs up and buys with that someone's code, for which both are rewarded."""
    referrer, friend = town.anyone(), town.welcome()
    yield from _signs_up(town, friend)
    redemption, order = first_order(town, friend, referrer)
    yield from redeems(town, redemption, order)
    yield from is_given(town, referrer, referrer.cards[0], FOR_A_FRIEND, f"{friend.name} came")


def edits(town: Town) -> Iterator[Envelope]:
    """Someone's profile changes."""
    person = town.anyone()
    town.chance.choice(CHANGES)(town, person)
    yield town.updated(person)


def leaves(town: Town) -> Iterator[Envelope]:
    """Someone is deleted, or signs up if hardly anyone is left."""
    if len(town.people) <= FEWEST:
        yield from _signs_up(town, town.welcome())
        return
    person = town.anyone()
    person.source_id += f"_deleted{iso(town.now - RENAMED_BEFORE)}"
    yield town.deleted(person)


def is_told_late(town: Town) -> Iterator[Envelope]:
    """Someone's profile changes twice, and the older news comes last."""
    person = town.anyone()
    take_interest(town, person)
    older = _a_moment_ago(town, person)
    take_phone(town, person)
    yield town.updated(person)
    yield older


def is_told_again(town: Town) -> Iterator[Envelope]:
    """Something told a while ago is delivered once more."""
    yield town.chance.choice(town.recent)


def _signs_up(town: Town, person: Person) -> Iterator[Envelope]:
    yield town.created(person)
    yield town.entered(person, NEW_CUSTOMERS)
    settle(town, person)
    yield town.updated(person)


def _a_moment_ago(town: Town, person: Person) -> Envelope:
    town.now -= A_MOMENT
    told = town.updated(person)
    town.now += A_MOMENT
    return told
