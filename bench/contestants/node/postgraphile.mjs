// PostGraphile 5 as its documentation advises for production: GRAPHILE_ENV=production (set by whoever starts this), no
// IDE, no watching, no explaining, no sockets; only what is needed is exposed. `outputDataAsString` spares it a parse.

import { createServer } from "node:http";
import { PgAggregatesPreset } from "@graphile/pg-aggregates";
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { addPgTableCondition, pgSmartTags } from "postgraphile/utils";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const FOREIGN_KEYS = {
  loyalty_campaign: [
    "(customer_id) references customer (id)|@fieldName customer|@foreignFieldName standings|@foreignSimpleFieldName standingsList",
    "(tier_id) references loyalty_tier (id)|@fieldName tier|@foreignFieldName standings",
  ],
  order: ["(customer_id) references customer (id)|@fieldName customer|@foreignFieldName orders|@foreignSimpleFieldName ordersList"],
  order_item: ["(order_id) references \"order\" (id)|@fieldName order|@foreignFieldName items|@foreignSimpleFieldName itemsList"],
};
const EXPOSED = new Set(["customer", "loyalty_campaign", "loyalty_tier", "order", "order_item", "customer_in_tier"]);
const TAGS = [
  { kind: "class", match: (table) => !EXPOSED.has(table.relname), tags: { behavior: ["-*"] } },
  ...Object.entries(FOREIGN_KEYS).map(([match, foreignKey]) => ({ kind: "class", match, tags: { foreignKey } })),
];

const FOUND = addPgTableCondition(
  { schemaName: "public", tableName: "customer" },
  "found",
  ({ graphql: { GraphQLList, GraphQLNonNull, GraphQLString } }) => ({ type: new GraphQLList(new GraphQLNonNull(GraphQLString)) }),
  (words, { sql, sqlTableAlias, sqlValueWithCodec, build: { dataplanPg: { TYPES, listOfCodec } } }) =>
    sql`${sqlTableAlias}.id IN (SELECT * FROM aids.found(${sqlValueWithCodec(words, listOfCodec(TYPES.text))}))`,
);

const preset = (url, connections) => ({
  extends: [
    PostGraphileAmberPreset,
    PgSimplifyInflectionPreset,
    PostGraphileConnectionFilterPreset,
    PgAggregatesPreset,
  ],
  plugins: [pgSmartTags(TAGS), FOUND],
  schema: { defaultBehavior: "+connection +list -insert -update -delete -node" },
  grafserv: {
    graphqlPath: "/graphql",
    graphiql: false,
    websockets: false,
    watch: false,
    outputDataAsString: true,
  },
  grafast: { explain: false },
  pgServices: [makePgService({ connectionString: url, schemas: ["public", "aids"], pubsub: false, poolConfig: { max: connections } })],
});

export async function open(url, connections) {
  const instance = postgraphile(preset(url, connections));
  const server = createServer();
  await instance.createServ(grafserv).addTo(server);
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return server.address().port;
}
