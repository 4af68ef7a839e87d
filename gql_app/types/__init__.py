"""What may be asked about: GraphQL types that only declare where their values come from."""
