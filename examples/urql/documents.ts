import { graphql } from "./gql";

export const CUSTOMER_CARD = graphql(`
  fragment CustomerCard on Customer {
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
`);

export const CUSTOMER = graphql(`
  query Customer($by: CustomerRef!) {
    customer(by: $by) {
      ...CustomerCard
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
`);

export const CUSTOMERS = graphql(`
  query Customers(
    $first: Int!
    $after: String
    $search: String
    $filter: CustomerFilter
    $orderBy: [CustomerSort!]
  ) {
    customers(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
      edges {
        cursor
        node {
          ...CustomerCard
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const LIVE_CUSTOMER = graphql(`
  subscription LiveCustomer($by: CustomerRef!) {
    customer(by: $by) {
      ...CustomerCard
    }
  }
`);
