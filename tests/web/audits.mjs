// The audits of GraphQL over HTTP against a running server.
//   npm install graphql-http graphql
//   node audits.mjs http://127.0.0.1:8000/graphql
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
const results = [];
for (const audit of serverAudits({ url })) results.push({ ...(await audit.fn()), name: audit.name });
const failed = results.filter((result) => result.status !== 'ok');
for (const result of failed) console.log(result.status, result.id, result.name, result.reason);
console.log(`${results.length - failed.length} of ${results.length} audits passed`);
process.exitCode = failed.length ? 1 : 0;
