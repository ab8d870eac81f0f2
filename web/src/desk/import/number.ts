/** A fraction of whole numbers: nothing is rounded before it is asked for. */
export interface Exact {
  readonly n: bigint;
  /** Above zero. */
  readonly d: bigint;
}

/** The one spelling of numbers in tables: no exponent, no thousands, a point before decimals. */
const form = /^([+-]?)(?:(\d{1,30})(?:\.(\d{0,30}))?|\.(\d{1,30}))$/;

/** Reads a decimal number exactly; undefined for anything else. */
export function parseDecimal(s: string): Exact | undefined {
  const parts = form.exec(s);
  if (parts === null) return undefined;
  const fraction = parts[3] ?? parts[4] ?? '';
  const n = BigInt(`${parts[2] ?? ''}${fraction}` || '0');
  return { n: parts[1] === '-' ? -n : n, d: 10n ** BigInt(fraction.length) };
}

export const times = (a: Exact, b: Exact): Exact => ({ n: a.n * b.n, d: a.d * b.d });

export const isWhole = (a: Exact): boolean => a.n % a.d === 0n;

/** The nearest whole number, halves away from zero. */
export function round({ n, d }: Exact): bigint {
  const half = ((n < 0n ? -n : n) * 2n + d) / (d * 2n);
  return n < 0n ? -half : half;
}

/** As an integer that JSON carries; undefined when it is too large. */
export function toInteger(n: bigint): number | undefined {
  const value = Number(n);
  return Number.isSafeInteger(value) && BigInt(value) === n ? value || 0 : undefined;
}

const of = (dimension: string, n: bigint, d = 1n): { dimension: string; size: Exact } => ({ dimension, size: { n, d } });

/** Each unit's dimension and size, as a fraction of the dimension's basic unit. */
const units: Readonly<Record<string, { readonly dimension: string; readonly size: Exact }>> = {
  mm: of('length', 1n, 1000n), cm: of('length', 1n, 100n), dm: of('length', 1n, 10n), m: of('length', 1n), km: of('length', 1000n),
  m2: of('area', 1n), ha: of('area', 10_000n), mu: of('area', 2000n, 3n),
  l: of('volume', 1n, 1000n), m3: of('volume', 1n),
  g: of('mass', 1n, 1000n), kg: of('mass', 1n), t: of('mass', 1000n),
  fen: of('money', 1n, 100n), yuan: of('money', 1n),
  s: of('time', 1n), min: of('time', 60n), h: of('time', 3600n), d: of('time', 86_400n),
  percent: of('share', 1n, 100n), permille: of('share', 1n, 1000n),
};

export const unitNames: readonly string[] = Object.keys(units).sort();

const unit = (name: string): (typeof units)[string] | undefined => (Object.hasOwn(units, name) ? units[name] : undefined);

/** Units that measure what this one does, itself too; none for a unit that is not known. */
export const unitsLike = (name: string): readonly string[] => unitNames.filter((u) => unit(name) !== undefined && unit(u)!.dimension === unit(name)!.dimension);

/** What a number in one unit is multiplied by to be in another; undefined when they measure different things. */
export function factor(from: string, to: string): Exact | undefined {
  const [a, b] = [unit(from), unit(to)];
  return a === undefined || b === undefined || a.dimension !== b.dimension ? undefined : { n: a.size.n * b.size.d, d: a.size.d * b.size.n };
}

/** Decimal degrees in micro-degrees, to the nearest; undefined for what is no number. */
export function microDegrees(s: string): number | undefined {
  const exact = parseDecimal(s);
  return exact && toInteger(round(times(exact, { n: 1_000_000n, d: 1n })));
}
