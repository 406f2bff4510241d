import { make, rove } from "./build";
import type { Numbers, Piece } from "./piece";
import { mayBecomeNumber, parse, type Rational, show } from "./rational";
import { outputShape, pixel, shapeOf, windowAt } from "./windows";
import type { Words } from "./words";

type Place = readonly [row: number, column: number];
type Edit = (row: number, column: number, value: Rational) => void;

/** From so many columns on, cells are narrow. */
const MANY_COLUMNS = 8;

/** Returns the input in its padding: pixels that can be typed over, and what stands around them. */
export function inputTable(piece: Piece, words: Words, edit: Edit): HTMLTableElement {
  const [height, width] = shapeOf(piece.input);
  const padding = piece.padding;
  const caption = words.say(padding ? "padded" : "input");
  return table(caption, height + 2 * padding, width + 2 * padding, { "data-grid": "" }, (i, j) => {
    const [row, column] = [i - padding, j - padding];
    const value = piece.input[row]?.[column];
    const place = { "data-at": `${row},${column}` };
    if (value) return make("td", place, field([row, column], value, words, words.say("input"), edit));
    return make("td", { ...place, class: "pad" }, padText(piece, row, column, words));
  });
}

/** Writes anew what stands in the padding, which may repeat pixels that were changed. */
export function fillPadding(table: HTMLTableElement, piece: Piece, words: Words): void {
  for (const cell of table.querySelectorAll<HTMLElement>(".pad")) {
    const [row = 0, column = 0] = (cell.dataset["at"] ?? "").split(",").map(Number);
    cell.textContent = padText(piece, row, column, words);
  }
}

export function kernelTable(kernel: Numbers, words: Words, edit: Edit): HTMLTableElement {
  const [height, width] = shapeOf(kernel);
  const name = words.say("kernel");
  return table(name, height, width, { "data-grid": "" }, (row, column) => {
    const cell = make("td", { "data-tap": String(row * width + column) });
    const value = kernel[row]?.[column];
    if (value) cell.append(field([row, column], value, words, name, edit));
    return cell;
  });
}

/** Returns the output as a grid of cells to move over. */
export function outputTable(piece: Piece, words: Words): HTMLTableElement {
  const [height, width] = outputShape(piece);
  const made = table(words.say("output"), height, width, { role: "grid" }, (row, column) => {
    const value = windowAt(piece, row, column).value;
    const attributes = { role: "gridcell", "data-out": `${row},${column}` };
    return make("td", attributes, show(value, words.say("mark")));
  });
  for (const row of made.rows) row.setAttribute("role", "row");
  return made;
}

/** Writes the output's values anew, its size being the same. */
export function fillOutput(table: HTMLTableElement, piece: Piece, words: Words): void {
  for (const cell of table.querySelectorAll<HTMLElement>("[data-out]")) {
    const [row = 0, column = 0] = (cell.dataset["out"] ?? "").split(",").map(Number);
    cell.textContent = show(windowAt(piece, row, column).value, words.say("mark"));
  }
}

function padText(piece: Piece, row: number, column: number, words: Words): string {
  const value = pixel(piece, row, column);
  return value ? show(value, words.say("mark")) : "";
}

function table(
  caption: string,
  rows: number,
  columns: number,
  attributes: Readonly<Record<string, string>>,
  cell: (row: number, column: number) => HTMLElement,
): HTMLTableElement {
  const css = columns > MANY_COLUMNS ? "piece-table narrow" : "piece-table";
  const lines = Array.from({ length: rows }, (_r, row) =>
    make("tr", {}, ...Array.from({ length: columns }, (_c, column) => cell(row, column))),
  );
  const made = make("table", { class: css, ...attributes }, make("caption", {}, caption));
  made.append(make("tbody", {}, ...lines));
  const fields = [...made.querySelectorAll("input")];
  if (fields[0]) rove(fields[0], fields);
  made.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLInputElement) rove(event.target, fields);
  });
  return made;
}

function field(
  [row, column]: Place,
  value: Rational,
  words: Words,
  name: string,
  edit: Edit,
): HTMLInputElement {
  const mark = words.say("mark");
  let shown = show(value, mark);
  const input = make("input", {
    type: "text",
    inputmode: "text",
    maxlength: "9",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": `${name}, ${words.say("at", { row, column })}`,
    "data-row": String(row),
    "data-column": String(column),
  });
  const settle = (): void => {
    input.value = shown;
    complain(input, "");
  };
  input.addEventListener("input", () => {
    const typed = parse(input.value);
    if (typed) {
      shown = show(typed, mark);
      edit(row, column, typed);
    }
    complain(input, typed || mayBecomeNumber(input.value) ? "" : words.say("not-a-number"));
    // Pasted into several cells, of which one has the focus.
    if (document.activeElement !== input) settle();
  });
  input.addEventListener("click", () => input.select());
  input.addEventListener("blur", settle);
  settle();
  return input;
}

function complain(input: HTMLInputElement, sentence: string): void {
  input.setAttribute("aria-invalid", String(sentence !== ""));
  input.setCustomValidity(sentence);
  if (sentence) input.reportValidity();
}
