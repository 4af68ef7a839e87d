// Mercurius on Fastify as its documentation advises: compiled by graphql-jit from the first request on, loaders without a
// cache, nothing logged, no IDE. The resolvers are written by hand: one prepared statement for each level, only the
// columns that are asked for, and each level's rows fetched once for all parents.

import { readFile } from "node:fs/promises";
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";
import { loaders } from "./mercurius_loaders.mjs";
import { resolvers } from "./mercurius_resolvers.mjs";

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export async function open(url, connections) {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const application = Fastify({ logger: false });
  application.register(mercurius, {
    schema: await readFile(new URL("./schema.graphql", import.meta.url), "utf8"),
    resolvers,
    loaders,
    context: () => ({ pool }),
    jit: 1,
    graphiql: false,
  });
  await application.listen({ port: 0, host: "127.0.0.1" });
  return application.server.address().port;
}
