// What browsers meet where a key is needed: the IDE with the key in its headers, and pages of another origin.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launched, opened, photograph, shows } from "./browser.mjs";
import { locked, service, tell } from "./service.mjs";

const RUN = ".graphiql-execute-button";
const HEADERS = '.graphiql-editor-tool .graphiql-editor:not(.hidden)';
const ASKED = "{ viewer { subject scopes } }";

let browser;

before(async () => {
  browser = await launched();
});

after(() => browser?.close());

test("without a key the editor is there, and says what is missing", async () => {
  const page = await ide();
  await page.click(RUN);
  await shows(page, "UNAUTHENTICATED");
  await photograph(page, "locked");
});

test("a key typed into the headers opens the queries and the live changes", async () => {
  const page = await ide();
  await typeKey(page);
  await page.click(RUN);
  assert.doesNotMatch(await shows(page, '"customers"'), /UNAUTHENTICATED/);
  await photograph(page, "unlocked");
  await page.evaluate(() => [...document.querySelectorAll(".graphiql-tab-button")].at(-1).click());
  await page.waitForFunction(() => document.querySelector(".graphiql-query-editor")?.textContent.includes("subscription"));
  await typeKey(page);
  await page.click(RUN);
  // From when on the page listens, nobody outside it can see: so it is told until it hears.
  const telling = setInterval(() => tell({ id: "cust_locked", name: "Behind A Key" }, locked.url), 300);
  try {
    assert.match(await shows(page, "cust_locked"), /customerChanges/);
  } finally {
    clearInterval(telling);
  }
  await photograph(page, "unlocked-live");
});

test("a page of an allowed origin is answered, its key and all", async () => {
  const said = await fromPageOf(service, ASKED);
  assert.match(said, /^200 .*"subject"/);
});

test("a page of any other origin is not", async () => {
  const other = new URL(service);
  other.hostname = "localhost";
  assert.equal(await fromPageOf(other.origin, ASKED), "TypeError");
});

async function ide() {
  const page = await opened(browser);
  await page.goto(`${locked.url}/graphql`, { waitUntil: "networkidle0" });
  return page;
}

/** As a person would, whose editor closes the bracket by itself. */
async function typeKey(page) {
  await page.click(HEADERS);
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.sendCharacter(`{ "Authorization": "Bearer ${locked.key}"`);
}

/** The status and the answer that a page of this origin gets, or the name of the error. */
async function fromPageOf(origin, query) {
  const page = await opened(browser);
  await page.goto(`${origin}/health/live`);
  return page.evaluate(
    async (url, key, query) => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
      try {
        const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
        return `${response.status} ${await response.text()}`;
      } catch (error) {
        return error.name;
      }
    },
    locked.url,
    locked.key,
    query,
  );
}
