"""What a request costs as the mirror grows: the same questions to the same server over a larger town, in turns."""

import asyncio
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from bench import report
from bench.child import Contestant, contestant
from bench.questions import Question, growing
from bench.rounds import Course, Score, Turn, compete
from bench.scratch import postgres_database
from bench.targets import GRAPH, KINDS
from bench.town import CUSTOMERS, settle
from bench.town_growing import grow

SECONDS = 1.0
"""Of each burst."""


def compare_sizes(small: Contestant, server: str, size: int, course: Course) -> None:
    """The small town's server and one over a town of so many customers."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres_database(server))
        begun = time.perf_counter()
        asyncio.run(settle(url))
        asyncio.run(grow(url, size // CUSTOMERS))
        report.line(f"\n{size:,} customers, settled in {time.perf_counter() - begun:.0f} s")
        name = f"{GRAPH}, {size:,} customers"
        large = stack.enter_context(contestant(name, KINDS[GRAPH], url, course.connections))
        for near, far in zip(growing(CUSTOMERS), growing(size), strict=True):
            report.growth(near, *_scores(small, large, near, far, course))
        report.memories([large])


def _scores(small: Contestant, large: Contestant, near: Question, far: Question, course: Course) -> list[Score]:
    turns = [Turn(small, _requests(near)), Turn(large, _requests(far), warm_up=SECONDS)]
    return compete(turns, replace(course, seconds=SECONDS * len(turns) * course.rounds))


def _requests(question: Question) -> Any:
    return lambda _: question.requests()
