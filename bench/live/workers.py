"""Two processes on one database against one."""

import statistics
import time
from dataclasses import dataclass, field

from bench.child import Contestant
from bench.live import figures
from bench.live.crowd import Crowd
from bench.live.news import FOLLOWING, cursor, tell
from bench.live.stage import Stage
from bench.live.wire import OnSocket

SUBSCRIBERS = 2_000
CHANGES = 20
ROUNDS = 3
CUSTOMERS = 500


@dataclass(slots=True)
class Team:
    """Processes that share subscribers; deliveries a second in each burst, and the busiest one's CPU for them."""

    servers: list[Contestant]
    crowds: list[Crowd]
    told: int = 0
    rates: list[float] = field(default_factory=list)
    busiest: list[float] = field(default_factory=list)

    def burst(self) -> None:
        """Changes as fast as they can be told, until everyone has all of them."""
        before = [server.cpu_seconds() for server in self.servers]
        begun = time.perf_counter()
        tell(self.servers[0].port, range(self.told, self.told + CHANGES), CUSTOMERS)
        self.told += CHANGES
        for crowd in self.crowds:
            crowd.hear_each(self.told, 60)
        self.rates.append(SUBSCRIBERS * CHANGES / (time.perf_counter() - begun))
        used = [server.cpu_seconds() - so_far for server, so_far in zip(self.servers, before, strict=True)]
        self.busiest.append(max(used))


def compare_workers(server: str) -> None:
    """Both teams in turns. Where clients, servers and PostgreSQL share two CPUs, the CPU time is what tells: what
    the busiest process needs for the same deliveries says how many more the team could carry.
    """
    with Stage(server) as stage:
        one, two = _team(stage, 1), _team(stage, 2)
        for _ in range(ROUNDS + 1):
            one.burst()
            two.burst()
    rates = [statistics.median(team.rates[1:]) for team in (one, two)]
    carried = statistics.median(its / other for its, other in zip(one.busiest[1:], two.busiest[1:], strict=True))
    figures.line(f"\nDeliveries/s here: {rates[0]:,.0f} with one process, {rates[1]:,.0f} with two")
    figures.target("CPU of one process, times that of the busier of two", carried, 1.7)


def _team(stage: Stage, size: int) -> Team:
    url = stage.database()
    servers = [stage.server(url) for _ in range(size)]
    asked = OnSocket(FOLLOWING, {"after": cursor(servers[0].port)})
    return Team(servers, [stage.crowd(server, [asked] * (SUBSCRIBERS // size)) for server in servers])
