import { defineConfig } from "vite";

export default defineConfig({
  base: "/graphql/ide/",
  build: {
    outDir: "../gql_app/web/ide",
    emptyOutDir: true,
    license: { fileName: "LICENSES.md" },
    modulePreload: { polyfill: false },
    target: "es2022",
    chunkSizeWarningLimit: 4096,
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
