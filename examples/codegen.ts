import type { CodegenConfig } from "@graphql-codegen/cli";

/** What the schema's own scalars are in an answer. */
const scalars = {
  Cursor: "string",
  Date: "string",
  DateTime: "string",
  Decimal: "string",
  JSON: "unknown",
  Long: "number",
};

/** Documents become typed where they stand: `graphql(...)` knows its variables and its answer. */
const typed = (folder: string) => ({
  documents: `${folder}/*.ts`,
  preset: "client" as const,
  presetConfig: { fragmentMasking: false },
  config: { scalars, strictScalars: true, useTypeImports: true },
});

export default {
  schema: "../schema.graphql",
  generates: { "apollo/gql/": typed("apollo"), "urql/gql/": typed("urql") },
} satisfies CodegenConfig;
