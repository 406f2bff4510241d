/** Exact fractions: in lowest terms, `d` above zero. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const ZERO: Rational = { n: 0n, d: 1n };

// As short as a cell of a phone's screen can show; the minus sign may be typed or pasted.
const NUMBER = /^([-\u2212]?)(\d{1,4})(?:[.,](\d{1,3})|\/([1-9]\d{0,2}))?$/;
const BEGUN = /^[-\u2212]?\d{0,4}([.,]\d{0,3}|\/\d{0,3})?$/;
const PLACES = 3;
const THOUSANDTHS = 10n ** BigInt(PLACES);
const LONGEST_FRACTION = 7;

export function rational(n: bigint, d = 1n): Rational {
  const divisor = greatestCommonDivisor(n < 0n ? -n : n, d < 0n ? -d : d) * (d < 0n ? -1n : 1n);
  return { n: n / divisor, d: d / divisor };
}

/** Returns the number that was typed, with a point or a comma, or as a fraction; else null. */
export function parse(text: string): Rational | null {
  const match = NUMBER.exec(text.trim());
  if (!match) return null;
  const [, sign, whole = "", decimals = "", below = "1"] = match;
  const n = BigInt(whole + decimals);
  return rational(sign ? -n : n, BigInt(below) * 10n ** BigInt(decimals.length));
}

/** Returns the number that the server wrote: 3 or -1/2. */
export function exact(text: string): Rational {
  const [above = "0", below = "1"] = text.split("/");
  return rational(BigInt(above), BigInt(below));
}

/** Returns whether more letters could make a number of it. */
export function mayBecomeNumber(text: string): boolean {
  return BEGUN.test(text.trim());
}

export function plus(one: Rational, other: Rational): Rational {
  return rational(one.n * other.d + other.n * one.d, one.d * other.d);
}

export function times(one: Rational, other: Rational): Rational {
  return rational(one.n * other.n, one.d * other.d);
}

export function over(one: Rational, count: number): Rational {
  return rational(one.n, one.d * BigInt(count));
}

export function isMore(one: Rational, other: Rational): boolean {
  return one.n * other.d > other.n * one.d;
}

export function isSame(one: Rational, other: Rational): boolean {
  return one.n === other.n && one.d === other.d;
}

export function sum(values: readonly Rational[]): Rational {
  return values.reduce(plus, ZERO);
}

/** Returns a number in few letters: 2, 0.25, 7/3, or rounded where the fraction would be long. */
export function show(value: Rational, mark: string): string {
  if (THOUSANDTHS % value.d === 0n) return decimal(value, PLACES, mark);
  const fraction = `${value.n}/${value.d}`;
  if (fraction.length <= LONGEST_FRACTION) return fraction.replace("-", "\u2212");
  return `\u2248${decimal(value, PLACES, mark)}`;
}

/** Returns the number with so many decimals at most, rounded, halves away from zero. */
export function decimal(value: Rational, places: number, mark: string): string {
  const unit = 10n ** BigInt(places);
  const size = value.n < 0n ? -value.n : value.n;
  const units = (2n * size * unit + value.d) / (2n * value.d);
  const decimals = (units % unit).toString().padStart(places, "0").replace(/0+$/, "");
  const sign = value.n < 0n && units > 0n ? "\u2212" : "";
  return `${sign}${units / unit}${decimals ? mark + decimals : ""}`;
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  return other === 0n ? one : greatestCommonDivisor(other, one % other);
}
