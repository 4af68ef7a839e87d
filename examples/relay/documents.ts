import { graphql } from "relay-runtime";

graphql`
  fragment documents_card on Customer {
    id
    version
    name
    loyalty {
      points
      campaigns {
        id
        points
        tier {
          id
          name
        }
      }
    }
    consents {
      id
      granted
    }
  }
`;

/** Components would spread masked fragments of their own; these examples have none, so nothing is masked. */
export const CUSTOMER = graphql`
  query documentsCustomerQuery($by: CustomerRef!) {
    customer(by: $by) {
      ...documents_card @relay(mask: false)
      orders(first: 3) {
        nodes {
          id
          status
          totalAmount {
            amount
            currency
          }
          items {
            productName
            quantity
          }
        }
      }
    }
  }
`;

export const CUSTOMERS = graphql`
  query documentsCustomersQuery(
    $first: Int!
    $after: String
    $search: String
    $filter: CustomerFilter
    $orderBy: [CustomerSort!]
  ) {
    customers(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy)
      @connection(key: "documents_customers") {
      edges {
        node {
          ...documents_card @relay(mask: false)
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const LIVE_CUSTOMER = graphql`
  subscription documentsLiveCustomerSubscription($by: CustomerRef!) {
    customer(by: $by) {
      ...documents_card @relay(mask: false)
    }
  }
`;
