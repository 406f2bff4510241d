import type { Convolution, Numbers, Piece, Pooling } from "./piece";
import { isMore, over, type Rational, rational, sum, times, ZERO } from "./rational";

/** One pixel under a window: its place in the input, which may be in the padding around it. */
export interface Read {
  readonly row: number;
  readonly column: number;
  readonly value: Rational;
  readonly weight: Rational;
}

export interface Window {
  readonly reads: readonly Read[];
  readonly value: Rational;
}

export type Shape = readonly [rows: number, columns: number];
export type Problem = "window-too-large" | "padding-too-large";

const ONE = rational(1n);

export function shapeOf(numbers: Numbers): Shape {
  return [numbers.length, numbers[0]?.length ?? 0];
}

/** Returns over how many rows and columns a window reaches. */
export function spans(piece: Piece): Shape {
  if (piece.kind === "pooling") return [piece.size, piece.size];
  const [rows, columns] = shapeOf(piece.kernel);
  return [piece.dilation * (rows - 1) + 1, piece.dilation * (columns - 1) + 1];
}

/** Returns why there is no output, or null where there is one. */
export function problemOf(piece: Piece): Problem | null {
  if (piece.kind === "pooling" && 2 * piece.padding > piece.size) return "padding-too-large";
  const [height, width] = shapeOf(piece.input);
  const [rows, columns] = spans(piece);
  const around = 2 * piece.padding;
  return rows > height + around || columns > width + around ? "window-too-large" : null;
}

/** Returns the rows and columns of the output, no row and no column where there is none. */
export function outputShape(piece: Piece): Shape {
  if (problemOf(piece)) return [0, 0];
  const [height, width] = shapeOf(piece.input);
  const [rows, columns] = spans(piece);
  return [places(piece, height, rows), places(piece, width, columns)];
}

/** Returns what the output's cell at a row and a column, counted from 0, is made of. */
export function windowAt(piece: Piece, row: number, column: number): Window {
  const top = row * piece.stride - piece.padding;
  const left = column * piece.stride - piece.padding;
  return piece.kind === "pooling" ? pooled(piece, top, left) : weighted(piece, top, left);
}

/** Returns the value at a place, in the padding too; null where nothing is. */
export function pixel(piece: Piece, row: number, column: number): Rational | null {
  const inside = piece.input[row]?.[column];
  if (inside) return inside;
  if (piece.kind === "pooling") return null;
  if (piece.border === "zero") return ZERO;
  const [height, width] = shapeOf(piece.input);
  return piece.input[clamped(row, height)]?.[clamped(column, width)] ?? ZERO;
}

/** Returns what makes `value` in a maximum; everything counts elsewhere. */
export function isWinner(piece: Piece, read: Read, value: Rational): boolean {
  return piece.kind === "pooling" && piece.mode === "max" && !isMore(value, read.value);
}

function clamped(place: number, side: number): number {
  return Math.min(Math.max(place, 0), side - 1);
}

function places(piece: Piece, side: number, span: number): number {
  const room = side + 2 * piece.padding - span;
  if (piece.kind === "convolution" || piece.edge === "drop") {
    return Math.floor(room / piece.stride) + 1;
  }
  const all = Math.ceil(room / piece.stride) + 1;
  // A last window that lies wholly beyond the edge has nothing to keep.
  return (all - 1) * piece.stride - piece.padding >= side ? all - 1 : all;
}

function weighted(piece: Convolution, top: number, left: number): Window {
  const reads = piece.kernel.flatMap((weights, a) =>
    weights.map((weight, b) => {
      const row = top + a * piece.dilation;
      const column = left + b * piece.dilation;
      return { row, column, value: pixel(piece, row, column) ?? ZERO, weight };
    }),
  );
  return { reads, value: sum(reads.map((read) => times(read.weight, read.value))) };
}

function pooled(piece: Pooling, top: number, left: number): Window {
  const reads: Read[] = [];
  for (let row = top; row < top + piece.size; row += 1) {
    for (let column = left; column < left + piece.size; column += 1) {
      const value = pixel(piece, row, column);
      if (value) reads.push({ row, column, value, weight: ONE });
    }
  }
  const values = reads.map((read) => read.value);
  if (piece.mode === "max") {
    return { reads, value: values.reduce((best, one) => (isMore(one, best) ? one : best)) };
  }
  const total = sum(values);
  return { reads, value: piece.mode === "mean" ? over(total, values.length) : total };
}
