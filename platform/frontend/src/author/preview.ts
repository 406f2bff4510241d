const PAUSE = 300;

/** What students will read of a text, drawn anew by the server a moment after each change. */
export class Preview {
  readonly #form: HTMLFormElement;
  readonly #place: HTMLElement;
  #timer = 0;
  #asked = 0;

  constructor(form: HTMLFormElement, place: HTMLElement) {
    this.#form = form;
    this.#place = place;
  }

  changed(text: string, token: string): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#draw(text, token), PAUSE);
  }

  async #draw(text: string, token: string): Promise<void> {
    const number = ++this.#asked;
    const body = new FormData();
    body.set("text", text);
    body.set("language", this.#form.dataset["spoken"] ?? "en");
    try {
      const response = await fetch(this.#form.dataset["preview"]!, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        body,
        redirect: "error",
      });
      const html = await response.text();
      // A slow answer does not take the place of a newer one.
      if (response.ok && number === this.#asked) this.#place.innerHTML = html;
    } catch {
      // No connection: what was shown stays.
    }
  }
}
