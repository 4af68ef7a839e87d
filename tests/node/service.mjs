// The running service that the checks talk to, its demo beginning or told already.
import assert from "node:assert/strict";

export const service = process.env.GRAPH_URL ?? "http://127.0.0.1:8000";

/** Another, which answers nobody without this key, and pages of the first from elsewhere. */
export const locked = { url: process.env.LOCKED_URL, key: process.env.LOCKED_KEY };

/** Posts a bare customer, as a raw-payload distribution does; fulfilled once the change can be read. */
export async function tell(customer, where = service) {
  const now = new Date().toISOString();
  const response = await fetch(`${where}/webhooks/voucherify/customer.updated`, {
    method: "POST",
    body: JSON.stringify({ customer: { object: "customer", created_at: now, ...customer, updated_at: now } }),
  });
  assert.equal(response.status, 202, await response.text());
}
