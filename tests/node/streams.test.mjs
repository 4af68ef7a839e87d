// Server-sent events as their clients meet them: graphql-sse, and a browser's own EventSource, which comes back by itself.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { createClient } from "graphql-sse";

import { launched, opened } from "./browser.mjs";
import { service, tell } from "./service.mjs";

const ONE = "subscription One($id: ID!) { customer(by: { id: $id }) { id name version } }";
const FEED = `subscription { customerChanges(filter: { id: { eq: "cust_sse_native" } }) {
  ... on CustomerChange { cursor customer { name } } } }`;
const client = createClient({ url: `${service}/graphql`, retryAttempts: 0 });

after(() => client.dispose());

test("graphql-sse hears a customer now and after each change", async () => {
  await tell({ id: "cust_sse", name: "First" });
  const heard = client.iterate({ query: ONE, variables: { id: "cust_sse" } });
  assert.equal((await heard.next()).value.data.customer.name, "First");
  await tell({ id: "cust_sse", name: "Second" });
  assert.equal((await heard.next()).value.data.customer.name, "Second");
  await heard.return();
});

test("graphql-sse asks queries as well", async () => {
  const asked = client.iterate({ query: '{ customer(by: { id: "cust_sse" }) { id } }' });
  assert.deepEqual((await asked.next()).value, { data: { customer: { id: "cust_sse" } } });
  assert.equal((await asked.next()).done, true);
});

test("graphql-sse is told what is wrong with a document", async () => {
  const { value } = await client.iterate({ query: "subscription { nobody }" }).next();
  assert.equal(value.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
});

test("an EventSource hears each change, and where it stood when it comes back", async (t) => {
  const browser = await launched();
  t.after(() => browser.close());
  const page = await opened(browser);
  await page.goto(`${service}/health/live`);
  await page.evaluate((query) => {
    window.heard = [];
    const source = new EventSource(`/graphql?query=${encodeURIComponent(query)}`);
    source.addEventListener("next", ({ data, lastEventId }) => window.heard.push([JSON.parse(data), lastEventId]));
    return new Promise((open) => source.addEventListener("open", open, { once: true }));
  }, FEED);
  await tell({ id: "cust_sse_native", name: "Native" });
  const last = await page.waitForFunction(() => {
    const [said, id] = window.heard.at(-1) ?? [];
    return said?.data.customerChanges.customer?.name === "Native" && [said.data.customerChanges.cursor, id];
  });
  const [cursor, id] = await last.jsonValue();
  assert.equal(id, cursor);
});
