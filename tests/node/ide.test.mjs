// What a person meets who opens /graphql: the editor, under its own policy, with nothing from elsewhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launched, opened, photograph, shows } from "./browser.mjs";
import { service, tell } from "./service.mjs";

const RUN = ".graphiql-execute-button";
const EXPLORER = 'button[aria-label="Show GraphiQL Explorer"]';

let browser;
let page;
const asked = new Set();
const complaints = [];

before(async () => {
  browser = await launched();
  page = await opened(browser);
  await noteWhatHappens();
  await page.goto(`${service}/graphql`, { waitUntil: "networkidle0" });
});

after(() => browser?.close());

test("the first query is there and is answered", async () => {
  assert.match(await shown(".graphiql-query-editor"), /query Customers/);
  await page.click(RUN);
  const answer = await shows(page, '"loyalty":');
  assert.match(answer, /"data": \{ *"customers"/);
  assert.doesNotMatch(answer, /"errors"/);
  await photograph(page, "query");
});

test("the explorer lists what can be asked", async () => {
  await page.click(EXPLORER);
  await page.waitForFunction(() => /customers[^]*mirror/.test(document.querySelector(".graphiql-plugin")?.textContent));
  await photograph(page, "explorer");
});

test("a change that a webhook tells is shown while the page listens", async () => {
  await page.evaluate(() => [...document.querySelectorAll(".graphiql-tab-button")].at(-1).click());
  await page.waitForFunction((run) => {
    const isThere = document.querySelector(".graphiql-query-editor")?.textContent.includes("subscription");
    if (isThere) document.querySelector(run).click(); // faster than a hand, and than the editor's own idea of the text
    return isThere;
  }, {}, RUN);
  await shows(page, '"CustomerChange"'); // the demo's next change: from here on the page listens
  await tell({ id: "cust_ide_watched", name: "Watched In The Browser", loyalty: { points: 4711 } });
  assert.match(await shows(page, "cust_ide_watched"), /customerChanges/);
  await photograph(page, "subscription");
});

test("nothing was asked of another host", () => {
  assert.deepEqual([...asked], [new URL(service).host]);
});

test("neither the page nor its policy had anything to complain of", () => assert.deepEqual(complaints, []));

/** Keeps every host asked, every error, and everything the policy forbade. */
async function noteWhatHappens() {
  const host = (url) => url.startsWith("data:") || asked.add(new URL(url).host);
  page.on("request", (request) => host(request.url()));
  page.on("requestfailed", (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (said) => ["error", "warn"].includes(said.type()) && complaints.push(said.text()));
  const network = await page.createCDPSession();
  await network.send("Network.enable");
  network.on("Network.webSocketCreated", ({ url }) => host(url));
  await page.exposeFunction("complain", (words) => complaints.push(words));
  await page.evaluateOnNewDocument(() =>
    addEventListener("securitypolicyviolation", (event) => complain(`${event.effectiveDirective} ${event.blockedURI}`)),
  );
}

/** The text of an editor; its spaces are such as do not break. */
function shown(selector) {
  return page.$eval(selector, (editor) => editor.textContent.replaceAll("\u00a0", " "));
}
