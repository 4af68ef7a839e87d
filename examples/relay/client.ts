import { createClient, type Client } from "graphql-ws";
import {
  Environment,
  type FetchFunction,
  Network,
  Observable,
  RecordSource,
  Store,
  type SubscribeFunction,
} from "relay-runtime";

import { Newest } from "../newest";

/** These have ids, but such as customers have in common: the store keeps them with their customer. */
const SHARED = new Set(["CustomerConsent", "CustomerSegment"]);

/** Queries go over HTTP, subscriptions over one socket that opens with the first and closes with the last. */
export function createRelay(url: string): Environment {
  const newest = new Newest();
  const socket = createClient({ url: `${url.replace(/^http/, "ws")}/graphql` });
  return new Environment({
    network: Network.create(asking(`${url}/graphql`, newest), listening(socket, newest)),
    store: new Store(new RecordSource()),
    getDataID: ({ id }, typeName) => (SHARED.has(typeName) ? null : id),
  });
}

/** An answer that was overtaken on its way is asked for again. */
function asking(url: string, newest: Newest): FetchFunction {
  return async ({ text: query }, variables) => {
    const post = async () => {
      const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
      return response.json();
    };
    const answer = await post();
    return newest.isOvertaken(answer.data) ? post() : answer;
  };
}

/** A push that was overtaken is let go. */
function listening(socket: Client, newest: Newest): SubscribeFunction {
  return ({ text }, variables) =>
    Observable.create((sink) =>
      socket.subscribe(
        { query: text!, variables },
        { ...sink, next: (answer) => newest.isOvertaken(answer.data) || sink.next(answer as never) },
      ),
    );
}
