"""Who is compared, and by how many times Customer Graph means to be ahead of whom."""

GRAPH = "Customer Graph"
POSTGRAPHILE = "PostGraphile 5"
MERCURIUS = "Mercurius, graphql-jit"
PLAIN = "Strawberry over Tortoise"
FLOOR = "floor: the SQL alone"

KINDS = {
    GRAPH: "customer_graph:product",
    POSTGRAPHILE: "node/postgraphile",
    MERCURIUS: "node/mercurius",
    PLAIN: "orm_reads:strawberry_over_tortoise",
    FLOOR: "floor:sql_only",
}

NOT_ASKED = {PLAIN: "DE"}
"""The plain way is compared where it is plain."""

TIMES = {
    POSTGRAPHILE: {"A": 2.5, "B": 2.5, "C": 3.0, "D": 3.0, "E": 1.0},
    MERCURIUS: {"A": 2.0, "B": 3.0, "C": 4.0},
}
OF_THE_LIMIT = {"B": 0.75, "C": 0.75}
"""Share of the statements that pgbench gets out of the same server with as many connections."""

FLOOR_CPU = {"A": 2.0}
"""CPU for a request, at most so many times that of the floor."""

FLAT = 1.5
"""Time for a request in a larger mirror, at most so many times that in the small one."""
