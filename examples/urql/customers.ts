import { CombinedError, type OperationResult, type RequestPolicy } from "@urql/core";
import { pipe, subscribe } from "wonka";

import type { Customers, Wish } from "../customers";
import { createUrql } from "./client";
import { CUSTOMER, CUSTOMERS, LIVE_CUSTOMER } from "./documents";

export function urqlCustomers(url: string): Customers {
  const client = createUrql(url);

  const ask = async (id: string, requestPolicy: RequestPolicy) =>
    dataOf(await client.query(CUSTOMER, { by: { id } }, { requestPolicy })).customer ?? null;

  const page = async (first: number, after?: string | null, wish: Wish = {}) =>
    dataOf(await client.query(CUSTOMERS, { first, after, ...wish })).customers;

  return {
    one: (id) => ask(id, "cache-first"),
    again: (id) => ask(id, "network-only"),
    list: async (pages, size, wish) => {
      let shown = await page(size, null, wish); // the cache joins to this every page that is asked for
      while (--pages > 0 && shown.pageInfo.hasNextPage) shown = await page(size, shown.pageInfo.endCursor, wish);
      return shown.edges.map(({ node }) => node);
    },
    after: async (cursor) => (await page(10, cursor)).edges.map(({ node }) => node),
    watch: (id, show) => {
      const variables = { by: { id } };
      const view = pipe(
        client.query(CUSTOMER, variables), // in React: useQuery
        subscribe(({ data }) => data && show(data.customer ?? null)),
      );
      const live = pipe(
        client.subscription(LIVE_CUSTOMER, variables), // in React: useSubscription
        subscribe(() => {}),
      );
      return () => [view, live].forEach((each) => each.unsubscribe());
    },
    codeOf: (error) => error instanceof CombinedError && error.graphQLErrors[0]?.extensions.code,
  };
}

function dataOf<Data>({ data, error }: OperationResult<Data>): Data {
  if (error) throw error;
  return data!;
}
