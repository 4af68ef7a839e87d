"""`python -m bench reads`."""

import asyncio
from contextlib import ExitStack

import msgspec

from bench import report
from bench.child import Contestant, contestant
from bench.load import ask
from bench.questions import QUESTIONS, Question
from bench.rounds import Course, Turn, capacity, compete
from bench.scratch import postgres_database
from bench.town import settle

PLAIN = "Strawberry over Tortoise"
KINDS = {
    "Customer Graph": "customer_graph:product",
    PLAIN: "orm_reads:strawberry_over_tortoise",
    "floor: the SQL alone": "floor:sql_only",
}
COMPARED = 7


def compare_reads(server: str, course: Course) -> None:
    """Three questions, three servers on one database."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres_database(server))
        report.machine()
        report.line(f"{asyncio.run(settle(url)):,} rows, {course}")
        idle = stack.enter_context(contestant("idle", "floor:http_only", url, course.connections))
        report.generator(*capacity(idle, QUESTIONS[0].request(0), course.senders))
        servers = [stack.enter_context(contestant(name, kind, url, course.connections)) for name, kind in KINDS.items()]
        for question in QUESTIONS:
            _compare(question, servers, course)


def _compare(question: Question, servers: list[Contestant], course: Course) -> None:
    agree(question, servers)
    turns = [Turn(server, lambda _: question.requests()) for server in servers]
    scores = compete(turns, course, len(QUESTIONS))
    plain = next(score for score in scores if score.name == PLAIN)
    report.board(question.name, "requests", scores, plain)


def agree(question: Question, servers: list[Contestant]) -> None:
    """Ends the run where two contestants give different answers."""
    for number in range(COMPARED):
        answers = {server.name: _answer(server, question, number) for server in servers}
        first = next(iter(answers.values()))
        different = [name for name, answer in answers.items() if answer != first]
        if different or "errors" in first:
            raise SystemExit(f"bench: {question.name}: {', '.join(different) or first} answers differently")


def _answer(server: Contestant, question: Question, number: int) -> dict[str, object]:
    answer: dict[str, object] = msgspec.json.decode(ask(server.port, question.request(number)))
    return answer
