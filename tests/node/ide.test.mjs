// What a person meets who opens /graphql: the editor, under its own policy, with nothing from elsewhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import puppeteer from "puppeteer-core";

import { service, tell } from "./service.mjs";

const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];
const ROOT_HAS_NO_SANDBOX = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const SOON = 20_000;
const RUN = ".graphiql-execute-button";
const EXPLORER = 'button[aria-label="Show GraphiQL Explorer"]';

let browser;
let page;
const asked = new Set();
const complaints = [];

before(async () => {
  browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...QUIET, ...ROOT_HAS_NO_SANDBOX],
  });
  page = await browser.newPage();
  page.setDefaultTimeout(SOON);
  await page.setViewport({ width: 1400, height: 900 });
  await noteWhatHappens();
  await page.goto(`${service}/graphql`, { waitUntil: "networkidle0" });
});

after(() => browser?.close());

test("the first query is there and is answered", async () => {
  assert.match(await shown(".graphiql-query-editor"), /query Customers/);
  await page.click(RUN);
  const answer = await shows('"loyalty":');
  assert.match(answer, /"data": \{ *"customers"/);
  assert.doesNotMatch(answer, /"errors"/);
  await photograph("query");
});

test("the explorer lists what can be asked", async () => {
  await page.click(EXPLORER);
  await page.waitForFunction(() => /customers[^]*mirror/.test(document.querySelector(".graphiql-plugin")?.textContent));
  await photograph("explorer");
});

test("a change that a webhook tells is shown while the page listens", async () => {
  await page.evaluate(() => [...document.querySelectorAll(".graphiql-tab-button")].at(-1).click());
  await page.waitForFunction((run) => {
    const isThere = document.querySelector(".graphiql-query-editor")?.textContent.includes("subscription");
    if (isThere) document.querySelector(run).click(); // faster than a hand, and than the editor's own idea of the text
    return isThere;
  }, {}, RUN);
  await shows('"CustomerChange"'); // the demo's next change: from here on the page listens
  await tell({ id: "cust_ide_watched", name: "Watched In The Browser", loyalty: { points: 4711 } });
  assert.match(await shows("cust_ide_watched"), /customerChanges/);
  await photograph("subscription");
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

/** The answer, once it holds these words. */
async function shows(words) {
  const answer = await page.waitForFunction(
    (words) => {
      const text = document.querySelector(".graphiql-response")?.textContent.replaceAll("\u00a0", " ");
      return text?.includes(words) && text;
    },
    {},
    words,
  );
  return answer.jsonValue();
}

/** Keeps what a person would see, where SCREENSHOTS names a folder. */
async function photograph(name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
}
