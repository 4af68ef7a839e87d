// One contestant's process, spoken to as bench/serving.py is: told on the first line of standard input what to serve,
// it prints its port, answers each further line with the CPU seconds it has used, and ends with its input.

import { createInterface } from "node:readline";

async function main() {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const { kind, url, connections } = JSON.parse((await lines.next()).value);
  const { open } = await import(`./${kind}.mjs`);
  console.log(await open(url, connections));
  for await (const _ of lines) {
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1e6);
  }
  process.exit(0);
}

await main();
