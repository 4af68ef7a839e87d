import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { Kind, parse } from "graphql";

const socket = new URL("/graphql", location.href);
socket.protocol = socket.protocol.replace("http", "ws");

const send = createGraphiQLFetcher({
  url: "/graphql",
  subscriptionUrl: socket.href,
  enableIncrementalDelivery: false,
});

/** Queries go over HTTP, subscriptions over a socket that is told the same headers when it opens. */
export function fetcher(operation, options) {
  const documentAST = parsed(operation.query) ?? options?.documentAST;
  const headers = asTheSocketNamesThem(options?.headers);
  return send({ ...operation, operationName: nameIn(documentAST, operation) }, { ...options, documentAST, headers });
}

/** The text that is sent: what the editor knows of it is a moment old where someone changes tabs and runs at once. */
function parsed(text) {
  try {
    return parse(text);
  } catch {
    return undefined; // the service says what is wrong with it
  }
}

/** A single operation needs no choosing. */
function nameIn(documentAST, { operationName }) {
  const operations = documentAST?.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION) ?? [];
  return operations.length === 1 ? operations[0].name?.value : operationName;
}

/** HTTP does not mind how a header is spelt; the payload that opens a socket is JSON and does. */
function asTheSocketNamesThem(headers = {}) {
  const spelling = (name) => (name.toLowerCase() === "authorization" ? "Authorization" : name);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [spelling(name), value]));
}
