// What stands beneath a customer: each level in one statement for all the parents that ask.

const STANDINGS = `
  SELECT s.customer_id, s.name, s.points, s.tier_id, t.name AS tier_name
  FROM loyalty_campaign s LEFT JOIN loyalty_tier t ON t.id = s.tier_id
  WHERE s.customer_id = ANY($1) ORDER BY s.customer_id, s.name`;
const ORDERS = `
  SELECT o.customer_id, o.id, o.status, o.created_at, o.total_amount, o.currency
  FROM unnest($1::text[]) AS asked(id) CROSS JOIN LATERAL (
    SELECT * FROM "order" WHERE customer_id = asked.id ORDER BY id LIMIT $2
  ) o`;
const ITEMS = `
  SELECT order_id, product_name, quantity, price, currency
  FROM order_item WHERE order_id = ANY($1) ORDER BY order_id, position`;

const money = (minorUnits, currency) => (minorUnits === null ? null : { minorUnits, currency });

const standing = (row) => ({
  name: row.name,
  points: row.points,
  tier: row.tier_id === null ? null : { name: row.tier_name },
});
const order = (row) => ({
  id: row.id,
  status: row.status,
  createdAt: row.created_at,
  totalAmount: money(row.total_amount, row.currency),
});
const item = (row) => ({
  productName: row.product_name,
  quantity: row.quantity,
  price: money(row.price, row.currency),
});

/** For each parent's id, in this order, what is made of its rows. */
async function beneath(pool, statement, ids, key, made) {
  const found = new Map(ids.map((id) => [id, []]));
  for (const row of (await pool.query(statement)).rows) found.get(row[key]).push(made(row));
  return ids.map((id) => found.get(id));
}

async function standings(queries, { pool }) {
  const ids = queries.map(({ obj }) => obj.customerId);
  return beneath(pool, { name: "standings", text: STANDINGS, values: [ids] }, ids, "customer_id", standing);
}

async function orders(queries, { pool }) {
  const ids = queries.map(({ obj }) => obj.id);
  const statement = { name: "orders", text: ORDERS, values: [ids, queries[0].params.first] };
  return (await beneath(pool, statement, ids, "customer_id", order)).map((nodes) => ({ nodes }));
}

async function items(queries, { pool }) {
  const ids = queries.map(({ obj }) => obj.id);
  return beneath(pool, { name: "items", text: ITEMS, values: [ids] }, ids, "order_id", item);
}

const uncached = (loader) => ({ loader, opts: { cache: false } });

export const loaders = {
  CustomerLoyalty: { campaigns: uncached(standings) },
  Customer: { orders: uncached(orders) },
  Order: { items: uncached(items) },
};
