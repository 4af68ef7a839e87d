// A page of those found, and sums: one statement each, made for just these questions.

const FOUND = `
  SELECT id, name, email, loyalty_points, count(*) OVER () AS total FROM customer
  WHERE deleted_at IS NULL AND id IN (SELECT * FROM aids.found($1)) AND loyalty_points >= $2 AND address_city = ANY($3)
  ORDER BY loyalty_points DESC, id DESC LIMIT $4`;
const BY_TIER = `
  SELECT tier_id, count(*) AS count, sum(loyalty_points)::bigint AS sum, avg(loyalty_points)::float8 AS avg,
    min(loyalty_points) AS min, max(loyalty_points) AS max
  FROM aids.customer_in_tier GROUP BY tier_id ORDER BY tier_id`;

/** The word that fewer have comes first: numbers are rarer than names. */
const rarestFirst = (words) => words.toLowerCase().split(/\s+/).sort((one, other) => isNaN(one) - isNaN(other));

export async function found(pool, first, search, filter) {
  const values = [rarestFirst(search), filter.loyaltyPoints.gte, filter.city.in, first];
  const { rows } = await pool.query({ name: "found", text: FOUND, values });
  return { nodes: rows, totalCount: { value: rows.length ? rows[0].total : 0 } };
}

export async function byTier(_, __, { pool }) {
  const { rows } = await pool.query({ name: "by tier", text: BY_TIER });
  return rows.map(({ tier_id, count, ...loyaltyPoints }) => ({ group: [{ value: tier_id }], count, loyaltyPoints }));
}
