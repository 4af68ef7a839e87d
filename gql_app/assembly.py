"""What answers, built from the settings and from what works by itself."""

import asyncio
from dataclasses import dataclass

from fastapi import FastAPI
from strawberry import Schema

from gql_app.database import Database
from gql_app.live.follower import Follower
from gql_app.mirror.inbox import Inbox
from gql_app.reads.reader import Reader
from gql_app.schema.build import build_schema, printed
from gql_app.schema.engine import GraphEngine
from gql_app.schema.feed_reading import FeedReader
from gql_app.schema.limits import Limits
from gql_app.schema.opening import open_library
from gql_app.schema.personal import ReadLog
from gql_app.schema.planner import Planner
from gql_app.schema.pull import Pull
from gql_app.schema.sources import Sources
from gql_app.schema.toll import Toll
from gql_app.schema.viewer import everyone
from gql_app.schema.watching import Watching
from gql_app.settings import Settings
from gql_app.viewers.doorkeeper import Doorkeeper
from gql_app.web import ide
from gql_app.web.cross_origin import shared_with
from gql_app.web.doors import Doors
from gql_app.web.gate import Gate
from gql_app.web.gauges import Gauges, Watched
from gql_app.web.graphql import GraphQLOverHTTP
from gql_app.web.health import health_routes
from gql_app.web.limits import Limits as SocketLimits
from gql_app.web.metrics import metrics_route
from gql_app.web.observed import observed
from gql_app.web.printed import Printed
from gql_app.web.readiness import holds
from gql_app.web.seeing import Seen
from gql_app.web.socket import GraphQLOverWebSocket
from gql_app.web.traced import planning, read_from
from gql_app.web.webhook import Webhook
from gql_app.web.yielding import Yielding


@dataclass(frozen=True, slots=True)
class Staff:
    """What works by itself, whoever comes."""

    database: Database
    inbox: Inbox
    follower: Follower
    doorkeeper: Doorkeeper
    toll: Toll


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that runs, for who tends it."""

    database: Database
    inbox: Inbox
    doorkeeper: Doorkeeper
    follower: Follower
    engine: GraphEngine
    watching: Watching
    socket: GraphQLOverWebSocket
    http: GraphQLOverHTTP
    doors: Doors
    settings: Settings

    async def send_listeners_away(self) -> None:
        """Tells everyone who listens to come back later, and where to go on, and waits until each has been let go."""
        await self.watching.part()
        await asyncio.gather(self.socket.sockets.close_all(), self.http.streams.close_all())


def assembled(settings: Settings, staff: Staff, seen: Seen) -> Parts:
    """Every door, and what stands behind it."""
    schema, gate, limits = build_schema(), Gate(staff.doorkeeper), _socket_limits(settings)
    planner = _planner(settings, staff, seen, schema, limits)
    watching, engine = _engine(settings, staff, seen, schema, planner)
    watched = observed(engine, planner.library, seen.witness.tracer, settings.log_operations)
    socket = GraphQLOverWebSocket(watched, gate, limits, frozenset(settings.allowed_origins))
    http = GraphQLOverHTTP(watched, gate, settings.max_body_bytes, ide.page)
    Gauges(Watched(staff.inbox, staff.follower, planner, engine, watching, socket, http), seen.meters.registry)
    seen.ready.add("service", holds(lambda: "stopping" if socket.sockets.closing else "ok"))
    told = _webhook(settings, staff, seen)
    shown = Printed(printed(schema) if settings.introspection else None, gate)
    asked, shown_to_pages = (shared_with(door, settings.allowed_origins) for door in (http, shown))
    doors = Doors(asked, socket, told, shown_to_pages, _others(seen, gate))
    always = staff.database, staff.inbox, staff.doorkeeper, staff.follower
    return Parts(*always, engine, watching, socket, http, doors, settings)


def _webhook(settings: Settings, staff: Staff, seen: Seen) -> Webhook:
    secrets = [secret.get_secret_value() for secret in settings.webhook_secrets]
    pieces = Yielding() if staff.database.dialect == "postgres" else None  # SQLite works within this process
    return Webhook(staff.inbox, secrets, settings.max_body_bytes, seen.witness.delivered, pieces)


def _planner(settings: Settings, staff: Staff, seen: Seen, schema: Schema, limits: SocketLimits) -> Planner:
    viewer = everyone(Limits.of(settings), limits.operations, settings.cost_per_minute)
    library = open_library(settings, schema)
    return planning(seen.witness.tracer, schema._schema, library, staff.database.dialect, viewer)


def _socket_limits(settings: Settings) -> SocketLimits:
    return SocketLimits(
        messages_per_second=settings.messages_per_second,
        sockets_per_viewer=settings.sockets_per_viewer,
        sockets_per_address=settings.sockets_per_address,
    )


def _engine(
    settings: Settings, staff: Staff, seen: Seen, schema: Schema, planner: Planner
) -> tuple[Watching, GraphEngine]:
    database = read_from(staff.database, seen.witness.tracer)
    reader, feeds = Reader(database), FeedReader(database, planner)
    watching = Watching(feeds, planner, reader, staff.follower)
    sources = Sources(reader, Pull(feeds, settings.max_page_size))
    read_log = ReadLog(planner.is_personal) if settings.log_personal_reads else None
    engine = GraphEngine(schema, planner, sources, watching, toll=staff.toll, meters=seen.meters, read_log=read_log)
    return watching, engine


def _others(seen: Seen, gate: Gate) -> FastAPI:
    """What is asked rarely."""
    others = FastAPI(title="Customer Graph", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    others.include_router(health_routes(seen.ready.words))
    others.include_router(metrics_route(seen.figures.exposed, gate.admit))
    others.mount(ide.ASSETS_PATH, ide.assets())
    return others
