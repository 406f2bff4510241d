/** What the loader found not to be right, and where: nothing, or the first thing. */
export interface Flaw {
  path: string;
  line: number;
  text: string;
}

/** What came of saving: kept, kept beside what another page has saved, or not kept yet. */
export type Outcome =
  | { kind: "saved"; revision: number; saved: string; flaw: Flaw | null }
  | { kind: "conflict"; revision: number; text: string }
  | { kind: "refused"; error: string }
  | { kind: "signed-out" }
  | { kind: "unreachable" };

/** Sends the text of a file to where it is saved. */
export async function save(
  address: string,
  token: string,
  page: { path: string; revision: number; text: string },
): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(page),
      redirect: "manual",
    });
  } catch {
    return { kind: "unreachable" };
  }
  if (response.type === "opaqueredirect" || response.status === 403) return { kind: "signed-out" };
  const answer = await response.json().catch(() => null);
  // Something in between answered, or the server is not well.
  if (answer === null || response.status >= 500) return { kind: "unreachable" };
  if (response.status === 409) return { kind: "conflict", ...answer };
  return response.ok ? { kind: "saved", ...answer } : { kind: "refused", error: answer.error };
}

/** What an author typed and could not save, kept by the browser for this file of theirs alone. */
export class Backup {
  readonly #key: string;

  constructor(name: string) {
    this.#key = `noyau manuscript ${name}`;
  }

  keep(revision: number, text: string): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ revision, text }));
    } catch {
      // A full or forbidden store: the page itself still holds it, and says so before it closes.
    }
  }

  read(): { revision: number; text: string } | null {
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
