import { Client, type Exchange, fetchExchange, makeOperation, subscriptionExchange } from "@urql/core";
import { cacheExchange, type CacheExchangeOpts } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { createClient } from "graphql-ws";
import { filter, pipe } from "wonka";

import { Newest } from "../newest";

/** Parts of a customer, an order or a campaign, without an identity of their own. */
const PARTS = [
  "Address",
  "CampaignTotals",
  "Count",
  "CustomerLoyalty",
  "CustomerReferrals",
  "CustomerSummary",
  "Freshness",
  "GiftSummary",
  "LoyaltyCardSummary",
  "MetadataEntry",
  "Mirror",
  "Money",
  "OrderItem",
  "OrdersSummary",
  "RedemptionsSummary",
  "Referral",
  // These two have ids, but such as customers have in common.
  "CustomerConsent",
  "CustomerSegment",
];

const cache: CacheExchangeOpts = {
  keys: Object.fromEntries(PARTS.map((name) => [name, () => null])),
  resolvers: { Query: { customers: relayPagination() } },
};

/** Queries go over HTTP, subscriptions over one socket that opens with the first and closes with the last. */
export function createUrql(url: string): Client {
  const socket = createClient({ url: `${url.replace(/^http/, "ws")}/graphql` });
  const live = subscriptionExchange({
    forwardSubscription: ({ query = "", ...request }) => ({
      subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, ...request }, sink) }),
    }),
  });
  return new Client({ url: `${url}/graphql`, exchanges: [cacheExchange(cache), newestWins, fetchExchange, live] });
}

/** An answer that was overtaken on its way is asked for again, once; a push that was, is let go. */
const newestWins: Exchange = ({ client, forward }) => {
  const newest = new Newest();
  return (operations) =>
    pipe(
      forward(operations),
      filter(({ data, operation: { kind, context, ...request } }) => {
        if (!newest.isOvertaken(data) || context.isAskedAgain) return true;
        const again = { ...context, isAskedAgain: true, requestPolicy: "network-only" as const };
        if (kind === "query") client.reexecuteOperation(makeOperation(kind, { kind, context, ...request }, again));
        return false;
      }),
    );
};
