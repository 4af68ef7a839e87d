import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createRoot } from "react-dom/client";

// Workers that are files of ours, so that no script has to run from a blob.
import "graphiql/setup-workers/vite";

// Piece by piece: graphiql/style.css would bring 600 kB of fonts along.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./style.css";

import { fetcher } from "./fetcher.js";
import changes from "./queries/changes.graphql?raw";
import customers from "./queries/customers.graphql?raw";
import hint from "./queries/headers.jsonc?raw";
import { SchemaOnceAllowed } from "./schema.jsx";
import { keepsHeaders, storage } from "./storage.js";

const plugins = [HISTORY_PLUGIN, explorerPlugin()];
const headers = hint.trim();
const tabs = [customers, changes].map((query) => ({ query: query.trim(), headers }));

createRoot(document.getElementById("root")).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    storage={storage}
    defaultTabs={tabs}
    defaultQuery=""
    defaultHeaders={headers}
    defaultEditorToolsVisibility="headers"
    shouldPersistHeaders={keepsHeaders}
    showPersistHeadersSettings
  >
    <GraphiQL.Logo>Customer Graph</GraphiQL.Logo>
    <SchemaOnceAllowed />
  </GraphiQL>,
);
