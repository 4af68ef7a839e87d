/** For the tests: the running service, what happens at it, and what the client under test asks it. */
import assert from "node:assert/strict";

import { WebSocket as NodeSocket } from "ws";

export const service = process.env.GRAPH_URL ?? "http://127.0.0.1:8000";

globalThis.WebSocket ??= NodeSocket as unknown as typeof WebSocket; // Node 22 and browsers have their own

/** A customer as a test wants it to be. */
export interface Told {
  id: string;
  name?: string;
  points: number;
  subscribed?: boolean;
}

/** Posts a customer as a raw-payload distribution does; fulfilled once the change can be read. */
export async function tell({ id, name = "Ann", points, subscribed = true }: Told): Promise<void> {
  const now = new Date().toISOString();
  const customer = {
    object: "customer",
    id,
    name,
    loyalty: { points },
    system_metadata: { consents: { cnst_newsletter: { value: subscribed, date: now } } },
    updated_at: now,
  };
  const response = await network(`${service}/webhooks/voucherify/customer.updated`, {
    method: "POST",
    body: JSON.stringify({ customer }),
  });
  assert.equal(response.status, 202, await response.text());
}

const network = globalThis.fetch;
let made = 0;
let delay: { answered: () => void; until: Promise<void> } | undefined;

globalThis.fetch = async (address, options) => {
  made += 1;
  const delayed = delay;
  delay = undefined;
  const response = await network(address, options);
  delayed?.answered();
  await delayed?.until;
  return response;
};

/** What the libraries warned of; they tell in the console what they cannot cache. */
export const complaints: string[] = [];
console.warn = console.error = (...words) => complaints.push(words.join(" "));

/** How many requests the client made so far; what comes over the socket is none. */
export const requests = () => made;

/** Keeps the next answer on its way after the service gave it, as a slow network would, until it may arrive. */
export function delayNextAnswer(): { answered: Promise<void>; arrive: () => void } {
  let answered!: () => void, arrive!: () => void;
  const until = new Promise<void>((resolve) => (arrive = resolve));
  const isAnswered = new Promise<void>((resolve) => (answered = resolve));
  delay = { answered, until };
  return { answered: isAnswered, arrive };
}
