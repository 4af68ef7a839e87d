import { createGraphiQLFetcher } from "@graphiql/toolkit";

const socket = new URL("/graphql", location.href);
socket.protocol = socket.protocol.replace("http", "ws");

const send = createGraphiQLFetcher({
  url: "/graphql",
  subscriptionUrl: socket.href,
  enableIncrementalDelivery: false,
});

/** Queries go over HTTP, subscriptions over a socket that is told the same headers when it opens. */
export const fetcher = (operation, options) => send(operation, { ...options, headers: asTheSocketNamesThem(options?.headers) });

/** HTTP does not mind how a header is spelt; the payload that opens a socket is JSON and does. */
function asTheSocketNamesThem(headers = {}) {
  const spelling = (name) => (name.toLowerCase() === "authorization" ? "Authorization" : name);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [spelling(name), value]));
}
