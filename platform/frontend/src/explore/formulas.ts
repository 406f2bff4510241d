import type { Piece } from "./piece";
import { decimal, show } from "./rational";
import { isWinner, outputShape, type Read, shapeOf, spans, type Window } from "./windows";

/** A part of a line of arithmetic; `tap` is the number of the pixel that it belongs to. */
export interface Part {
  readonly text: string;
  readonly tap?: number;
  readonly kind?: "zero" | "won" | "result";
}

/** Marks of the page's language: between whole part and decimals, and between items. */
export interface Marks {
  readonly decimal: string;
  readonly list: string;
}

/** Returns how the value of a window comes about: 1 × 2 + (−1) × 3 = −1. */
export function arithmetic(piece: Piece, window: Window, marks: Marks): readonly Part[] {
  const separator = piece.kind === "pooling" && piece.mode === "max" ? marks.list : " + ";
  const terms = window.reads.flatMap((read, tap): Part[] => {
    const part = term(piece, window, read, tap, marks);
    return tap === 0 ? [part] : [{ text: separator }, part];
  });
  const [before, after] = around(piece, window);
  const value = show(window.value, marks.decimal);
  const parts: Part[] = [
    { text: before },
    ...terms,
    { text: value.startsWith("\u2248") ? `${after}\u00a0` : `${after} =\u00a0` },
    { text: value, kind: "result" },
    { text: value.includes("/") ? ` \u2248 ${decimal(window.value, 2, marks.decimal)}` : "" },
  ];
  return parts.filter((part) => part.text !== "");
}

/** Returns how many windows fit along rows and columns: ⌊(5 + 2 × 1 − 3) / 2⌋ + 1 = 3. */
export function sizes(piece: Piece): readonly [rows: string, columns: string] {
  const shape = outputShape(piece);
  const sides = shapeOf(piece.input);
  const [down, across] = spans(piece);
  return [
    size(piece, sides[0], down, shape[0]),
    size(piece, sides[1], across, shape[1]),
  ];
}

function size(piece: Piece, side: number, span: number, places: number): string {
  const isPartial = piece.kind === "pooling" && piece.edge === "partial";
  const [open, close] = isPartial ? "\u2308\u2309" : "\u230a\u230b";
  const isPadded = piece.padding > 0 || piece.change.includes("padding");
  const room = `${side}${isPadded ? ` + 2 \u00d7 ${piece.padding}` : ""} \u2212 ${span}`;
  const fits = Math.ceil((side + 2 * piece.padding - span) / piece.stride) + 1;
  const cut = isPartial && fits > places ? " \u2212 1" : "";
  return `${open}(${room}) / ${piece.stride}${close} + 1${cut} = ${places}`;
}

function term(piece: Piece, window: Window, read: Read, tap: number, marks: Marks): Part {
  const value = show(read.value, marks.decimal);
  if (piece.kind === "convolution") {
    const text = `${bracketed(show(read.weight, marks.decimal))} \u00d7 ${bracketed(value)}`;
    return read.weight.n === 0n || read.value.n === 0n ? { text, tap, kind: "zero" } : { text, tap };
  }
  if (piece.mode !== "max") return { text: bracketed(value), tap };
  return isWinner(piece, read, window.value) ? { text: value, tap, kind: "won" } : { text: value, tap };
}

function around(piece: Piece, window: Window): readonly [before: string, after: string] {
  if (piece.kind === "convolution" || piece.mode === "sum") return ["", ""];
  return piece.mode === "max" ? ["max(", ")"] : ["(", `) / ${window.reads.length}`];
}

function bracketed(number: string): string {
  return number.startsWith("\u2212") ? `(${number})` : number;
}

