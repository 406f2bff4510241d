import { exact, isSame, type Rational, ZERO } from "./rational";

export type Numbers = readonly (readonly Rational[])[];

interface Sliding {
  readonly input: Numbers;
  readonly stride: number;
  readonly padding: number;
  readonly cell: readonly [row: number, column: number];
  /** What can be chosen besides the numbers themselves. */
  readonly change: readonly string[];
}

export interface Convolution extends Sliding {
  readonly kind: "convolution";
  readonly kernel: Numbers;
  readonly kernels: Readonly<Record<string, Numbers>>;
  readonly dilation: number;
  readonly border: "zero" | "edge";
}

export interface Pooling extends Sliding {
  readonly kind: "pooling";
  readonly mode: "max" | "mean" | "sum";
  readonly size: number;
  readonly edge: "drop" | "partial";
}

export type Piece = Convolution | Pooling;

/** Returns the piece that the server described; its numbers are texts such as 3 or -1/2. */
export function readPiece(text: string): Piece {
  const read = JSON.parse(text, (key, value: unknown) =>
    key === "input" || key === "kernel" ? readNumbers(value) : value,
  ) as Piece;
  if (read.kind === "pooling") return read;
  const kernels = Object.entries(read.kernels).map(([name, rows]) => [name, readNumbers(rows)]);
  return { ...read, kernels: Object.fromEntries(kernels) as Record<string, Numbers> };
}

/** Returns the numbers in another size, those given repeated where there are too few. */
export function resized(numbers: Numbers, rows: number, columns: number): Numbers {
  const at = (row: number, column: number): Rational => {
    const line = numbers[row % numbers.length] ?? [];
    return line[column % line.length] ?? ZERO;
  };
  return Array.from({ length: rows }, (_r, row) =>
    Array.from({ length: columns }, (_c, column) => at(row, column)),
  );
}

/** Returns the numbers with one of them changed. */
export function replaced(numbers: Numbers, row: number, column: number, value: Rational): Numbers {
  return numbers.map((line, i) =>
    i === row ? line.map((old, j) => (j === column ? value : old)) : line,
  );
}

/** Returns whether two tables hold the same numbers in the same places. */
export function isEqual(one: Numbers, other: Numbers): boolean {
  return (
    one.length === other.length &&
    one.every((row, i) => {
      const beside = other[i] ?? [];
      return row.length === beside.length && row.every((value, j) => isSame(value, beside[j] ?? ZERO));
    })
  );
}

function readNumbers(rows: unknown): Numbers {
  return (rows as string[][]).map((row) => row.map(exact));
}
