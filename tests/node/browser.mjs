// The browser that a person would use, without what it asks of its maker's hosts.
import puppeteer from "puppeteer-core";

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

export function launched() {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...QUIET, ...ROOT_HAS_NO_SANDBOX],
  });
}

/** A page of a size that a person has, which is waited for no longer than a person would. */
export async function opened(browser) {
  const page = await browser.newPage();
  page.setDefaultTimeout(SOON);
  await page.setViewport({ width: 1400, height: 900 });
  return page;
}

/** The answer, once it holds these words. */
export async function shows(page, words) {
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
export async function photograph(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
}
