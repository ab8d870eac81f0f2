import { readNumeral, round, times, toInteger, type Exact } from '../../core/numeral';

const of = (dimension: string, n: bigint, d = 1n): { dimension: string; size: Exact } => ({ dimension, size: { n, d } });

/** Each unit's dimension and size, as a fraction of the dimension's basic unit. */
const units: Readonly<Record<string, { readonly dimension: string; readonly size: Exact }>> = {
  mm: of('length', 1n, 1000n), cm: of('length', 1n, 100n), dm: of('length', 1n, 10n), m: of('length', 1n), km: of('length', 1000n),
  m2: of('area', 1n), ha: of('area', 10_000n), mu: of('area', 2000n, 3n),
  l: of('volume', 1n, 1000n), m3: of('volume', 1n),
  // Customary units, exact in metric ones since 1959: an inch is 25.4 mm, a pound 453.59237 g.
  in: of('length', 254n, 10_000n), ft: of('length', 3048n, 10_000n), yd: of('length', 9144n, 10_000n),
  ft2: of('area', 9_290_304n, 100_000_000n), acre: of('area', 40_468_564_224n, 10_000_000n),
  ft3: of('volume', 28_316_846_592n, 1_000_000_000_000n), yd3: of('volume', 764_554_857_984n, 1_000_000_000_000n),
  lb: of('mass', 45_359_237n, 100_000_000n),
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

/** Decimal degrees in micro-degrees, to the nearest; undefined for what is no number. A lone separator stands before decimals. */
export function microDegrees(s: string): number | undefined {
  const read = readNumeral(s);
  return read && toInteger(round(times('number' in read ? read.number : read.decimal, { n: 1_000_000n, d: 1n })));
}
