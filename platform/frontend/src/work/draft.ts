/** One cell of a notebook, as it travels. */
export interface Cell {
  type: string;
  source: string;
  tags: string[];
}

/** What came of saving: kept, kept beside what another page has saved, or not kept yet. */
export type Outcome =
  | { kind: "saved"; revision: number; saved: string }
  | { kind: "conflict"; revision: number; cells: Cell[] }
  | { kind: "refused"; error: string }
  | { kind: "signed-out" }
  | { kind: "unreachable" };

/** Sends a draft to where it is saved. */
export async function save(
  address: string,
  token: string,
  revision: number,
  cells: Cell[],
): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ revision, cells }),
      redirect: "manual",
    });
  } catch {
    return { kind: "unreachable" };
  }
  // A visitor without a session, or with a new one, is sent to sign in.
  if (response.type === "opaqueredirect" || response.status === 403) return { kind: "signed-out" };
  const answer = await response.json().catch(() => null);
  // Something in between answered, or the server is not well.
  if (answer === null || response.status >= 500) return { kind: "unreachable" };
  if (response.status === 409) return { kind: "conflict", ...answer };
  return response.ok ? { kind: "saved", ...answer } : { kind: "refused", error: answer.error };
}

/** What a student typed and could not save, kept by the browser for this page of theirs alone. */
export class Backup {
  readonly #key: string;

  constructor(name: string) {
    this.#key = `noyau draft ${name}`;
  }

  keep(revision: number, cells: Cell[]): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ revision, cells }));
    } catch {
      // A full or forbidden store: the page itself still holds it, and says so before it closes.
    }
  }

  read(): { revision: number; cells: Cell[] } | null {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? "null");
    } catch {
      return null;
    }
  }

  clear(): void {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // Nothing was kept either.
    }
  }
}
