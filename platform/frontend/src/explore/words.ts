/** The sentences of a piece in the page's language, which the server wrote. */
export class Words {
  readonly #texts: Readonly<Record<string, string>>;

  constructor(text: string) {
    this.#texts = JSON.parse(text) as Record<string, string>;
  }

  /** Returns a sentence with what is filled in: `{row}` by the value of `row`. */
  say(name: string, values: Readonly<Record<string, number | string>> = {}): string {
    const text = this.#texts[name] ?? "";
    return text.replace(/\{(\w+)\}/g, (_all, key: string) => String(values[key] ?? ""));
  }
}
