"""Customer Graph: a live GraphQL mirror of Voucherify's customers."""
