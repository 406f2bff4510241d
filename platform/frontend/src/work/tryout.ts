const PAUSE = 700;

/** What went wrong at a line of a code cell; both are counted from 1. */
export interface Problem {
  cell: number;
  line: number;
  text: string;
}

/** A run of the public tests: started, followed until it has settled, shown in its place. */
export class Tryout {
  readonly #place: HTMLElement;
  readonly #form: HTMLFormElement;
  readonly #found: (problems: Problem[]) => void;
  #timer = 0;

  constructor(place: HTMLElement, form: HTMLFormElement, found: (problems: Problem[]) => void) {
    this.#place = place;
    this.#form = form;
    this.#found = found;
    if (!place.hidden) this.#look();
  }

  async start(token: string): Promise<void> {
    window.clearTimeout(this.#timer);
    await this.#show(this.#form.dataset["try"]!, {
      method: "POST",
      headers: { "X-CSRFToken": token },
    });
    this.#place.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  async #show(address: string, request: RequestInit): Promise<void> {
    try {
      const response = await fetch(address, { ...request, redirect: "error" });
      if (response.ok) this.#place.innerHTML = await response.text();
    } catch {
      // No connection: what was shown stays, and the next look may find more.
    }
    this.#place.hidden = false;
    this.#look();
  }

  #look(): void {
    window.clearTimeout(this.#timer);
    if (this.#place.querySelector("[data-settled]")) {
      this.#found(
        [...this.#place.querySelectorAll<HTMLElement>("[data-problem]")].map((one) => ({
          cell: Number(one.dataset["cell"]),
          line: Number(one.dataset["line"]),
          text: one.textContent ?? "",
        })),
      );
    } else {
      this.#timer = window.setTimeout(
        () => void this.#show(this.#form.dataset["tryoutAt"]!, {}),
        PAUSE,
      );
    }
  }
}
