import { createLocalStorage } from "@graphiql/toolkit";

const kept = createLocalStorage({ namespace: "customer-graph" });
const history = /:(queries|favorites)$/;

/** What the browser remembers: of the history not the headers, for they hold keys. */
export const storage = Object.assign(Object.create(kept), {
  setItem: (key, value) => kept.setItem(key, history.test(key) ? withoutHeaders(value) : value),
});

/** Headers are kept with the tabs, and only by those who ask for it in the settings. */
export const keepsHeaders = kept.getItem("graphiql:shouldPersistHeaders") === "true";

const withoutHeaders = (json) => JSON.stringify(JSON.parse(json, (name, value) => (name === "headers" ? undefined : value)));
