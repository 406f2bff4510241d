import { make } from "./build";
import { type Convolution, isEqual, type Piece, resized } from "./piece";
import { shapeOf } from "./windows";
import type { Words } from "./words";

/** A control of a piece: what stands in the page, and how it follows the piece. */
export interface Control {
  readonly element: HTMLElement;
  follow(piece: Piece): void;
}

/** One thing that can be chosen: its values, which of them holds, and the piece with another. */
interface Choice {
  readonly values: readonly string[];
  current(piece: Piece): string;
  chosen(piece: Piece, value: string): Piece;
}

type Change = (next: (piece: Piece) => Piece) => void;

const CHOICES: Readonly<Record<string, Choice>> = {
  stride: counted("stride", 1, 4),
  padding: counted("padding", 0, 2),
  dilation: counted("dilation", 1, 3),
  size: counted("size", 1, 4),
  mode: named("mode", ["max", "mean", "sum"]),
  edge: named("edge", ["drop", "partial"]),
  "input-side": sided("input", 2, 8),
  "kernel-side": sided("kernel", 1, 5),
};

/** Returns the controls that a piece asks for; what is chosen goes to `change`. */
export function controls(piece: Piece, words: Words, id: string, change: Change): Control[] {
  const made = piece.change.flatMap((name) => {
    const choice = CHOICES[name];
    return choice ? [buttons(name, choice, words, `${id}-${name}`, change)] : [];
  });
  if (piece.kind === "pooling" || Object.keys(piece.kernels).length === 0) return made;
  return [kernelList(piece, words, change), ...made];
}

function buttons(
  name: string,
  choice: Choice,
  words: Words,
  group: string,
  change: Change,
): Control {
  const radios = choice.values.map((value) => {
    const radio = make("input", { type: "radio", name: group, value });
    radio.addEventListener("change", () => change((piece) => choice.chosen(piece, value)));
    return radio;
  });
  const options = radios.map((radio) =>
    make("label", {}, radio, make("span", {}, words.say(radio.value) || radio.value)),
  );
  const element = make(
    "fieldset",
    { class: "piece-choice", "data-choice": name },
    make("legend", {}, words.say(name)),
    make("div", { class: "piece-options" }, ...options),
  );
  const follow = (piece: Piece): void => {
    for (const radio of radios) radio.checked = radio.value === choice.current(piece);
  };
  return { element, follow };
}

function kernelList(first: Convolution, words: Words, change: Change): Control {
  const names = Object.keys(first.kernels);
  const own = make("option", { value: "" }, words.say("own"));
  const select = make("select", { "data-choice": "kernels" }, own);
  select.append(...names.map((name) => make("option", { value: name }, name)));
  select.addEventListener("change", () => {
    const kernel = first.kernels[select.value];
    if (kernel) change((piece) => ({ ...piece, kernel }));
  });
  const follow = (piece: Piece): void => {
    const isCurrent = (name: string): boolean =>
      piece.kind === "convolution" && isEqual(piece.kernel, first.kernels[name] ?? []);
    select.value = names.find(isCurrent) ?? "";
    own.hidden = select.value !== "";
  };
  return { element: make("label", { class: "piece-choice" }, words.say("kernels"), select), follow };
}

function counted(key: "stride" | "padding" | "dilation" | "size", low: number, high: number): Choice {
  return {
    values: counts(low, high),
    current: (piece) => String((piece as unknown as Record<string, unknown>)[key]),
    chosen: (piece, value) => ({ ...piece, [key]: Number(value) }),
  };
}

function named(key: "mode" | "edge", values: readonly string[]): Choice {
  return {
    values,
    current: (piece) => (piece.kind === "pooling" ? piece[key] : ""),
    chosen: (piece, value) => ({ ...piece, [key]: value }) as Piece,
  };
}

/** What is square stays so; of anything else the rows alone change. */
function sided(key: "input" | "kernel", low: number, high: number): Choice {
  const table = (piece: Piece) =>
    key === "kernel" && piece.kind === "convolution" ? piece.kernel : piece.input;
  return {
    values: counts(low, high),
    current: (piece) => String(table(piece).length),
    chosen: (piece, value) => {
      const [rows, columns] = shapeOf(table(piece));
      const side = Number(value);
      return { ...piece, [key]: resized(table(piece), side, rows === columns ? side : columns) };
    },
  };
}

function counts(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}
