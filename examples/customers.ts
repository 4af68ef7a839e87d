/** What each example does with its library; `examples.test.ts` says the same of all three. */
export interface Customers {
  /** One customer with what is beneath; from the cache where it is known. */
  one(id: string): Promise<Card | null>;
  /** The same, asked of the service whatever the cache knows. */
  again(id: string): Promise<Card | null>;
  /** The first pages of the list, page after page, as the cache joins them; each wish is a list of its own. */
  list(pages: number, size: number, wish?: Wish): Promise<Listed[]>;
  /** What comes after a cursor; rejects where it is none of the list's. */
  after(cursor: string): Promise<Listed[]>;
  /** Shows one customer now and after every change, until the function that this returns is called. */
  watch(id: string, show: (customer: Card | null) => void): () => void;
  /** Which of the service's errors this is, such as BAD_CURSOR. */
  codeOf(error: unknown): unknown;
}

/** Which customers, and in what order: arguments of the schema's lists. */
export interface Wish {
  readonly search?: string;
  readonly filter?: { readonly loyaltyPoints?: { readonly gte?: number } };
  readonly orderBy?: { readonly field: "LOYALTY_POINTS" | "NAME"; readonly direction: "ASC" | "DESC" }[];
}

export interface Listed {
  readonly id: string;
  readonly name: string | null | undefined;
}

export interface Card extends Listed {
  readonly version: number;
  readonly loyalty: { readonly points: number | null | undefined } | null | undefined;
  readonly consents: readonly { readonly id: string; readonly granted: boolean | null | undefined }[];
  readonly orders: { readonly nodes: readonly { readonly id: string; readonly status: string }[] };
}
