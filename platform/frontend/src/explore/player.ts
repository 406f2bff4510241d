import { make, rove } from "./build";
import { type Control, controls } from "./choices";
import { arithmetic, type Part, sizes } from "./formulas";
import { type Piece, readPiece, replaced } from "./piece";
import type { Rational } from "./rational";
import { fillOutput, fillPadding, inputTable, kernelTable, outputTable } from "./tables";
import { isWinner, outputShape, problemOf, type Shape, spans, windowAt } from "./windows";
import { Words } from "./words";

/** One piece of the page, alive: it follows the cell of the output that is looked at. */
export class Player {
  readonly #figure: HTMLElement;
  readonly #words: Words;
  readonly #first: Piece;
  readonly #controls: readonly Control[];
  #piece: Piece;
  #cell: Shape;
  #input!: HTMLTableElement;
  #output!: HTMLTableElement;

  constructor(figure: HTMLElement, id: string) {
    this.#figure = figure;
    this.#words = new Words(figure.dataset["words"] ?? "{}");
    this.#first = readPiece(figure.dataset["piece"] ?? "");
    this.#piece = this.#first;
    this.#cell = this.#first.cell;
    this.#controls = controls(this.#piece, this.#words, id, (next) => this.#take(next(this.#piece)));
    const again = make("button", { type: "button", class: "quiet" }, this.#words.say("again"));
    again.addEventListener("click", () => this.#restart());
    const choices = this.#controls.map((control) => control.element);
    this.#part("tables").before(make("div", { class: "piece-choices" }, ...choices, again));
    figure.append(make("p", { class: "note" }, this.#words.say("hint")));
    figure.addEventListener("pointerover", (event) => this.#pair(event.target));
    figure.addEventListener("focusin", (event) => this.#pair(event.target));
    this.#draw();
  }

  /** Looks at a cell of the output: its window lights up, its arithmetic is written out. */
  look(row: number, column: number): HTMLElement | null {
    const cells = [...this.#output.querySelectorAll<HTMLElement>("[data-out]")];
    const cell = cells.find((one) => one.dataset["out"] === `${row},${column}`);
    if (!cell) return null;
    this.#cell = [row, column];
    for (const one of cells) {
      one.setAttribute("aria-selected", String(one === cell));
      one.classList.toggle("at", one === cell);
    }
    this.#light();
    return rove(cell, cells);
  }

  get cell(): Shape {
    return this.#cell;
  }

  #restart(): void {
    this.#cell = this.#first.cell;
    this.#take(this.#first);
  }

  #take(piece: Piece): void {
    this.#piece = piece;
    this.#draw();
  }

  /** Builds the tables anew: their sizes may have changed. */
  #draw(): void {
    const piece = this.#piece;
    for (const control of this.#controls) control.follow(piece);
    this.#input = inputTable(piece, this.#words, (row, column, value) =>
      this.#edit("input", row, column, value),
    );
    this.#output = outputTable(piece, this.#words);
    const tables: HTMLTableElement[] = [this.#input];
    if (piece.kind === "convolution") {
      tables.push(
        kernelTable(piece.kernel, this.#words, (row, column, value) =>
          this.#edit("kernel", row, column, value),
        ),
      );
    }
    if (!problemOf(piece)) tables.push(this.#output);
    this.#part("tables").replaceChildren(...tables);
    this.#writeSizes();
    const [rows, columns] = outputShape(piece);
    this.look(Math.min(this.#cell[0], rows - 1), Math.min(this.#cell[1], columns - 1));
    this.#sayProblem();
  }

  #edit(what: "input" | "kernel", row: number, column: number, value: Rational): void {
    const piece = this.#piece;
    if (what === "input") this.#piece = { ...piece, input: replaced(piece.input, row, column, value) };
    else if (piece.kind === "convolution") {
      this.#piece = { ...piece, kernel: replaced(piece.kernel, row, column, value) };
    }
    for (const control of this.#controls) control.follow(this.#piece);
    fillPadding(this.#input, this.#piece, this.#words);
    if (problemOf(this.#piece)) return;
    fillOutput(this.#output, this.#piece, this.#words);
    this.#light();
  }

  #light(): void {
    const window = windowAt(this.#piece, ...this.#cell);
    const taps = new Map(window.reads.map((read, tap) => [`${read.row},${read.column}`, { read, tap }]));
    for (const cell of this.#input.querySelectorAll<HTMLElement>("td")) {
      const lit = taps.get(cell.dataset["at"] ?? "");
      cell.classList.toggle("lit", lit !== undefined);
      cell.classList.toggle("won", !!lit && isWinner(this.#piece, lit.read, window.value));
      if (lit) cell.dataset["tap"] = String(lit.tap);
      else delete cell.dataset["tap"];
    }
    const marks = { decimal: this.#words.say("mark"), list: this.#words.say("list") };
    const place = this.#words.say("at", { row: this.#cell[0], column: this.#cell[1] });
    const parts = arithmetic(this.#piece, window, marks).map(partElement);
    const start = make("span", { class: "muted" }, `${place}${this.#words.say("colon")} `);
    this.#part("sum").replaceChildren(start, ...parts);
  }

  #writeSizes(): void {
    const [rows, columns] = sizes(this.#piece);
    const lines = rows === columns
      ? [["both", rows]]
      : [["rows", rows], ["columns", columns]];
    const texts = lines.map(([name = "", text = ""]) =>
      make("span", {}, `${this.#words.say(name)}${this.#words.say("colon")} ${text}`),
    );
    this.#part("sizes").replaceChildren(...(problemOf(this.#piece) ? [] : texts));
  }

  #sayProblem(): void {
    const problem = problemOf(this.#piece);
    this.#part("sum").classList.toggle("alert", problem !== null);
    this.#part("sum").classList.toggle("fair", problem !== null);
    if (!problem) return;
    const [rows, columns] = spans(this.#piece);
    this.#part("sum").textContent = this.#words.say(problem, { rows, columns });
  }

  /** Marks a pixel, its weight and its product together. */
  #pair(target: EventTarget | null): void {
    const tap = target instanceof Element
      ? target.closest<HTMLElement>("[data-tap]")?.dataset["tap"]
      : undefined;
    for (const one of this.#figure.querySelectorAll<HTMLElement>("[data-tap]")) {
      one.classList.toggle("paired", one.dataset["tap"] === tap);
    }
  }

  #part(name: string): HTMLElement {
    const found = this.#figure.querySelector<HTMLElement>(`[data-part=${name}]`);
    if (!found) throw new Error(`the piece has no ${name}`);
    return found;
  }
}

function partElement(part: Part): Node | string {
  if (part.kind === "result") return make("strong", {}, part.text);
  if (part.tap === undefined) return part.text;
  const css = part.kind ? `term ${part.kind}` : "term";
  return make("span", { class: css, "data-tap": String(part.tap) }, part.text);
}
