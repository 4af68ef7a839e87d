// Customers: columns for the fields that stand in the row itself, as far as the request selects them.

import { byTier, found } from "./mercurius_found.mjs";

const COLUMNS = {
  id: "id",
  sourceId: 'source_id AS "sourceId"',
  name: "name",
  email: "email",
  phone: "phone",
  birthdate: "birthdate",
  createdAt: 'created_at AS "createdAt"',
  updatedAt: 'updated_at AS "updatedAt"',
  address: "address_city, address_line1, address_country, address_postal_code",
  summary: "summary_orders_total_count, summary_orders_total_amount, summary_orders_last_order_date",
  loyalty: "loyalty_points",
};

const money = (minorUnits, currency = null) => (minorUnits === null ? null : { minorUnits, currency });

const PARTS = {
  address: (row) => ({
    city: row.address_city,
    line1: row.address_line1,
    country: row.address_country,
    postalCode: row.address_postal_code,
  }),
  summary: (row) => ({
    orders: {
      totalCount: row.summary_orders_total_count,
      totalAmount: money(row.summary_orders_total_amount),
      lastOrderDate: row.summary_orders_last_order_date,
    },
  }),
  loyalty: (row) => ({ customerId: row.id, points: row.loyalty_points }),
};

const known = new WeakMap();

/** What is selected of customers, worked out once for each document: the columns, and a name for the statement. */
function selected(info, beneath) {
  const node = info.fieldNodes[0];
  if (!known.has(node)) {
    const names = new Set(["id"]);
    gather(beneath.reduce((found, name) => child(found, name), node), info.fragments, names);
    const fields = [...names].filter((name) => name in COLUMNS);
    known.set(node, { columns: fields.map((name) => COLUMNS[name]).join(", "), name: fields.join() });
  }
  return known.get(node);
}

const child = (node, name) => node.selectionSet.selections.find((one) => one.name.value === name);

function gather(node, fragments, names) {
  for (const one of node.selectionSet.selections) {
    if (one.kind === "FragmentSpread") gather(fragments[one.name.value], fragments, names);
    else names.add(one.name.value);
  }
}

async function one(_, { by }, { pool }, info) {
  const { columns, name } = selected(info, []);
  const text = `SELECT ${columns} FROM customer WHERE id = $1`;
  return (await pool.query({ name: `one ${name}`, text, values: [by.id] })).rows[0] ?? null;
}

async function many(_, { first = 20, after, search, filter }, { pool }, info) {
  if (search) return found(pool, first, search, filter);
  const { columns, name } = selected(info, ["nodes"]);
  const from = after ? Buffer.from(after, "hex").toString().split(":").at(-1) : "";
  const text = `SELECT ${columns} FROM customer WHERE deleted_at IS NULL AND id > $1 ORDER BY id LIMIT $2`;
  return { nodes: (await pool.query({ name: `many ${name}`, text, values: [from, first] })).rows };
}

export const resolvers = { Query: { customer: one, customers: many, customersAggregate: byTier }, Customer: PARTS };
