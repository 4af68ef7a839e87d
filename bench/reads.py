"""`python -m bench reads`."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass

import msgspec

from bench import report
from bench.aids import give
from bench.answers import Said, in_some_order, said
from bench.backends import cpu_seconds
from bench.child import Contestant, contestant
from bench.growth import compare_sizes
from bench.limit import compare_limit
from bench.load import ask
from bench.packages import pins
from bench.postgraphile import in_its_words
from bench.questions import QUESTIONS, Question
from bench.rounds import Course, Turn, capacity, compete
from bench.scratch import postgres_database
from bench.targets import FLOOR, GRAPH, KINDS, NOT_ASKED, POSTGRAPHILE
from bench.town import settle

COMPARED = 7
WARM_UP = 1.5
"""Seconds: compilers that work while the program runs need more than one that does not."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A contestant, and the questions that it can be asked, by letter and in its own words."""

    contestant: Contestant
    questions: dict[str, Question]


def compare_reads(server: str, course: Course, sizes: tuple[int, ...]) -> None:
    """The same questions to everybody on one database; then against PostgreSQL's own limit and in larger mirrors."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres_database(server))
        report.machine()
        report.line(pins())
        report.line(f"{asyncio.run(settle(url)):,} rows, {course}")
        asyncio.run(give(url))
        idle = stack.enter_context(contestant("idle", "floor:http_only", url, course.connections))
        report.generator(*capacity(idle, QUESTIONS[0].request(0), course.senders))
        entrants = [entrant(stack, name, url, course) for name in KINDS]
        for question in QUESTIONS:
            _compare(question.letter, entrants, url, course)
        report.memories([one.contestant for one in entrants])
        compare_limit(entrants[0].contestant, url, course)
        for size in sizes:
            compare_sizes(entrants[0].contestant, server, size, course)


def entrant(stack: ExitStack, name: str, url: str, course: Course) -> Entrant:
    """A contestant that runs until the stack is left."""
    one = stack.enter_context(contestant(name, KINDS[name], url, course.connections))
    questions = in_its_words(one.port) if name == POSTGRAPHILE else QUESTIONS
    skipped = NOT_ASKED.get(name, "")
    return Entrant(one, {question.letter: question for question in questions if question.letter not in skipped})


def _compare(letter: str, entrants: list[Entrant], url: str, course: Course) -> None:
    asked = [one for one in entrants if letter in one.questions]
    agree(letter, asked)
    report.load_average()
    scores = compete([_turn(one, letter, url) for one in asked], course, len(QUESTIONS))
    by_name = {score.name: score for score in scores}
    report.against(asked[0].questions[letter], scores, by_name[GRAPH], by_name[FLOOR])


def _turn(one: Entrant, letter: str, url: str) -> Turn:
    return Turn(one.contestant, lambda _: one.questions[letter].requests(), WARM_UP, lambda: cpu_seconds(url))


def agree(letter: str, entrants: list[Entrant]) -> None:
    """Ends the run where two contestants give different answers."""
    for number in range(COMPARED):
        answers = {one.contestant.name: _answer(one, letter, number) for one in entrants}
        first = next(iter(answers.values()))
        different = [name for name, answer in answers.items() if answer != first]
        if different:
            raise SystemExit(f"bench: {letter}: {', '.join(different)} answers differently")
    report.line(f"\n{letter}: {len(entrants)} contestants answer {COMPARED} requests with the same values.")


def _answer(one: Entrant, letter: str, number: int) -> Said:
    body = ask(one.contestant.port, one.questions[letter].request(number))
    answer = msgspec.json.decode(body)
    if answer.get("errors") or not answer["data"]:
        raise SystemExit(f"bench: {letter}: {one.contestant.name} answers {body[:800].decode()}")
    values = said(answer["data"])
    return values if one.questions[letter].in_order else in_some_order(values)
