import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef } from "react";

import { keepsHeaders } from "./storage.js";

const PAUSE_IN_TYPING = 500;

/** Where the schema was refused, asks again as soon as the headers say something else. */
export function SchemaOnceAllowed() {
  const { introspect } = useGraphiQLActions();
  const { fetchError, headerEditor } = useGraphiQL(pick("fetchError", "headerEditor"));
  const headersCameLate = useRef(keepsHeaders); // GraphiQL's first request does not wait for its headers editor

  useEffect(() => {
    if (!fetchError || !headerEditor) return;
    let timer;
    const askSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(introspect, PAUSE_IN_TYPING);
    };
    if (headersCameLate.current) askSoon();
    headersCameLate.current = false;
    const listening = headerEditor.onDidChangeModelContent(askSoon);
    return () => {
      clearTimeout(timer);
      listening.dispose();
    };
  }, [fetchError, headerEditor, introspect]);
}
