import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, type TypePolicies } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import { filter, of, switchMap } from "rxjs";

import { Newest } from "../newest";

/** Ids are unique over all types, so the cache's own keys (Customer:cust_...) are right; these say the rest. */
const typePolicies: TypePolicies = {
  // What is searched, filtered or sorted is a list of its own.
  Query: { fields: { customers: relayStylePagination(["search", "filter", "orderBy"]) } },
  Customer: {
    fields: {
      loyalty: { merge: true },
      summary: { merge: true },
    },
  },
  // These ids name what customers have in common, not one customer's part in it.
  CustomerConsent: { keyFields: false },
  CustomerSegment: { keyFields: false },
};

/** Queries go over HTTP, subscriptions over one socket that opens with the first and closes with the last. */
export function createApollo(url: string): ApolloClient {
  const http = new HttpLink({ uri: `${url}/graphql` });
  const socket = new GraphQLWsLink(createClient({ url: `${url.replace(/^http/, "ws")}/graphql` }));
  return new ApolloClient({
    link: newestWins().split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, socket, http),
    cache: new InMemoryCache({ typePolicies }),
  });
}

/** An answer that was overtaken on its way is asked for again; a push that was, is let go. */
function newestWins(): ApolloLink {
  const newest = new Newest();
  return new ApolloLink((operation, forward) =>
    operation.operationType === OperationTypeNode.SUBSCRIPTION
      ? forward(operation).pipe(filter(({ data }) => !newest.isOvertaken(data)))
      : forward(operation).pipe(
          switchMap((answer) => (newest.isOvertaken(answer.data) ? forward(operation) : of(answer))),
        ),
  );
}
