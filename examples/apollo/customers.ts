import { CombinedGraphQLErrors } from "@apollo/client";
import { filter, firstValueFrom } from "rxjs";

import type { Customers, Wish } from "../customers";
import { createApollo } from "./client";
import { CUSTOMER, CUSTOMERS, LIVE_CUSTOMER } from "./documents";

export function apolloCustomers(url: string): Customers {
  const client = createApollo(url);

  const ask = async (id: string, fetchPolicy: "cache-first" | "network-only") => {
    const { data } = await client.query({ query: CUSTOMER, variables: { by: { id } }, fetchPolicy });
    return data?.customer ?? null;
  };

  const list = async (pages: number, first: number, wish: Wish = {}) => {
    const variables = { first, ...wish };
    const view = client.watchQuery({ query: CUSTOMERS, variables }); // in React: useQuery
    const complete = view.pipe(filter(({ dataState }) => dataState === "complete"));
    let page = (await firstValueFrom(complete)).data?.customers;
    while (--pages > 0 && page?.pageInfo?.hasNextPage) {
      page = (await view.fetchMore({ variables: { after: page.pageInfo.endCursor } })).data?.customers;
    }
    return client.readQuery({ query: CUSTOMERS, variables })?.customers.edges.map(({ node }) => node) ?? [];
  };

  return {
    one: (id) => ask(id, "cache-first"),
    again: (id) => ask(id, "network-only"),
    list,
    after: async (cursor) => {
      const variables = { first: 10, after: cursor };
      const { data } = await client.query({ query: CUSTOMERS, variables, fetchPolicy: "network-only" });
      return data?.customers.edges.map(({ node }) => node) ?? [];
    },
    watch: (id, show) => {
      const variables = { by: { id } };
      const view = client.watchQuery({ query: CUSTOMER, variables }).subscribe(({ data, dataState }) => {
        if (dataState === "complete") show(data.customer ?? null);
      });
      const live = client.subscribe({ query: LIVE_CUSTOMER, variables }).subscribe(); // in React: useSubscription
      return () => [view, live].forEach((each) => each.unsubscribe());
    },
    codeOf: (error) => CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.code,
  };
}
