type Json = Record<string, unknown> | unknown[] | string | number | boolean | null | undefined;

/**
 * Keeps a slow answer from taking a view back. A query may be overtaken: by the time its answer arrives, the socket has
 * told of a newer version of the same customer. Only customers carry `id` and `version`; ask for both.
 */
export class Newest {
  readonly #versions = new Map<string, number>();

  /** Whether this shows a customer older than one that was shown before; if not, it is remembered. */
  isOvertaken(data: unknown): boolean {
    const customers = [...shown(data as Json)];
    if (customers.some(([id, version]) => version < (this.#versions.get(id) ?? 0))) return true;
    for (const [id, version] of customers) this.#versions.set(id, version);
    return false;
  }
}

function* shown(data: Json): Generator<[id: string, version: number]> {
  if (data === null || typeof data !== "object") return;
  const { id, version } = data as Record<string, unknown>;
  if (typeof id === "string" && typeof version === "number") yield [id, version];
  for (const value of Object.values(data)) yield* shown(value as Json);
}
