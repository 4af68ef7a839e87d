import { createOperationDescriptor, fetchQuery, getRequest, requestSubscription, type Snapshot } from "relay-runtime";

import type { Customers, Wish } from "../customers";
import type { documentsCustomerQuery } from "./__generated__/documentsCustomerQuery.graphql";
import type { documentsCustomersQuery } from "./__generated__/documentsCustomersQuery.graphql";
import type { documentsLiveCustomerSubscription } from "./__generated__/documentsLiveCustomerSubscription.graphql";
import { createRelay } from "./client";
import { CUSTOMER, CUSTOMERS, LIVE_CUSTOMER } from "./documents";

export function relayCustomers(url: string): Customers {
  const environment = createRelay(url);

  const ask = async (id: string, fetchPolicy: "store-or-network" | "network-only") => {
    const asked = fetchQuery<documentsCustomerQuery>(environment, CUSTOMER, { by: { id } }, { fetchPolicy });
    return (await asked.toPromise())?.customer ?? null;
  };

  const page = async (first: number, after?: string | null, wish: Wish = {}) => {
    const variables = { first, after, ...wish };
    environment.retain(createOperationDescriptor(getRequest(CUSTOMERS), variables)); // in React: for as long as it is shown
    const policy = { fetchPolicy: "store-or-network" as const };
    const asked = await fetchQuery<documentsCustomersQuery>(environment, CUSTOMERS, variables, policy).toPromise();
    return asked!.customers;
  };

  return {
    one: (id) => ask(id, "store-or-network"),
    again: (id) => ask(id, "network-only"),
    list: async (pages, size, wish) => {
      let shown = await page(size, null, wish); // @connection joins to this every page that is asked for; in React: usePaginationFragment
      while (--pages > 0 && shown.pageInfo.hasNextPage) shown = await page(size, shown.pageInfo.endCursor, wish);
      return shown.edges.map(({ node }) => node);
    },
    after: async (cursor) => (await page(10, cursor)).edges.map(({ node }) => node),
    watch: (id, show) => {
      const variables = { by: { id } };
      const operation = createOperationDescriptor(getRequest(CUSTOMER), variables);
      const kept = environment.retain(operation);
      const look = ({ data, isMissingData }: Snapshot) => {
        if (!isMissingData) show((data as unknown as documentsCustomerQuery["response"]).customer ?? null);
      };
      const held = environment.lookup(operation.fragment);
      look(held);
      const view = environment.subscribe(held, look); // in React: useLazyLoadQuery does all this
      const policy = { fetchPolicy: "store-or-network" as const };
      const first = fetchQuery<documentsCustomerQuery>(environment, CUSTOMER, variables, policy).subscribe({});
      const live = requestSubscription<documentsLiveCustomerSubscription>(environment, {
        subscription: LIVE_CUSTOMER,
        variables,
      }); // in React: useSubscription
      return () => {
        first.unsubscribe();
        [view, live, kept].forEach((each) => each.dispose());
      };
    },
    codeOf: (error) =>
      (error as { source?: { errors?: [{ extensions?: { code?: unknown } }] } }).source?.errors?.[0].extensions?.code,
  };
}
