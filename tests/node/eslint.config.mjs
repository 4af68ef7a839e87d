// What schema.graphql must be like: node_modules/.bin/eslint --config tests/node/eslint.config.mjs schema.graphql
import graphql from "@graphql-eslint/eslint-plugin";
import { fileURLToPath } from "node:url";

const { configs, parser } = graphql;
const schema = fileURLToPath(new URL("../../schema.graphql", import.meta.url));

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...configs["flat/schema-recommended"].rules,
      ...configs["flat/schema-relay"].rules,
      "@graphql-eslint/require-description": [
        "error",
        {
          types: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          // The library has no words for a directive's argument; the directive itself says what it is.
          ignoredSelectors: ["DirectiveDefinition > InputValueDefinition"],
        },
      ],
      "@graphql-eslint/require-nullable-fields-with-oneof": "error",
      // Lists that are short by nature are plain lists.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
      // Some lists go forward only.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      // Parts of a customer or an order have no identity of their own.
      "@graphql-eslint/strict-id-in-types": "off",
    },
  },
];
