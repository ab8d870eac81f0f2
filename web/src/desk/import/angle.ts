import { round, toInteger, type Exact } from '../../core/numeral';
import { microDegrees } from './number';

// Coordinates as people write them. Package importer's Degrees and ReadPoint are the same, held to testdata/angles.json.

export type Axis = 'lat' | 'lon';

interface Half {
  readonly most: number;
  readonly positive: RegExp;
  readonly negative: RegExp;
}

const axes: Readonly<Record<Axis, Half>> = {
  lat: { most: 90_000_000, positive: /^(?:[Nn]|北纬)|[Nn]$/, negative: /^(?:[Ss]|南纬)|[Ss]$/ },
  lon: { most: 180_000_000, positive: /^(?:[Ee]|东经)|[Ee]$/, negative: /^(?:[Ww]|西经)|[Ww]$/ },
};

/** Degrees, minutes and perhaps seconds; decimals stand in the last of them alone. */
const sexagesimal = /^([+-]?)([0-9]{1,3})(?: *[°º˚度d:] *| +)([0-9]{1,2})(?:[.,]([0-9]{1,12}))?(?: *['′’分:] *| +|$)(?:([0-9]{1,2})(?:[.,]([0-9]{1,12}))?(?: *(?:"|″|”|''|′′|’’|秒))?)?$/;

/** Full-width characters as their usual ones, and the sign of mathematics as that of keyboards. */
const narrow = (s: string): string => s.replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/[\u3000\u00a0\u202f]/g, ' ').replaceAll('−', '-');

/**
 * One coordinate in micro-degrees: decimal degrees, or degrees with minutes and seconds, with a sign or a half of the earth, not
 * both. Undefined for what is none, or lies off the earth.
 */
export function degreesOf(text: string, axis: Axis): number | undefined {
  const { most, positive, negative } = axes[axis];
  let s = narrow(text).trim();
  const half = positive.test(s) ? positive : negative.test(s) ? negative : undefined;
  if (half) {
    s = s.replace(half, '').trim();
    if (/[+-]/.test(s)) return undefined;
  }
  const parts = sexagesimal.exec(s);
  const read = parts ? fromParts(parts.slice(1)) : microDegrees(s.replace(/[°º˚度 ]+$/, ''));
  if (read === undefined || Math.abs(read) > most) return undefined;
  return half === negative && read !== 0 ? -read : read;
}

/** Adds sign, degrees, minutes, their decimals, seconds and their decimals. */
function fromParts([sign, degrees = '', minutes = '', minuteTail, seconds, secondTail]: readonly (string | undefined)[]): number | undefined {
  const number = (whole: string, tail = ''): Exact => ({ n: BigInt(whole + tail), d: 10n ** BigInt(tail.length) });
  const [m, s] = [number(minutes, minuteTail), number(seconds ?? '0', secondTail)];
  if (m.n >= 60n * m.d || s.n >= 60n * s.d || (seconds !== undefined && minuteTail !== undefined)) return undefined;
  // All in 3600ths of a degree over one denominator.
  const d = m.d * s.d;
  const n = 3600n * BigInt(degrees) * d + 60n * m.n * s.d + s.n * m.d;
  return toInteger(round({ n: (sign === '-' ? -n : n) * 1_000_000n, d: 3600n * d }));
}

const wkt = /^(?:SRID=(?:4326|4490);)?\s*POINT\s*(?:Z|M|ZM)?\s*\(\s*(\S+)\s+([^\s)]+)(?:\s+[^)]{1,80})?\)$/i;

/** A cell that holds a whole position: POINT(115.9 38.9), or two coordinates that each name their half of the earth. */
export function pointOf(text: string): { readonly lat: number; readonly lon: number } | undefined {
  const s = narrow(text).trim();
  const found = wkt.exec(s);
  let [first, second, more] = found ? [found[2], found[1], undefined] : s.split(/[,;/，、]/).filter((p) => p !== '').map((p) => p.trim());
  if (first === undefined || second === undefined || more !== undefined) return undefined;
  if (!found) {
    const names = (part: string, axis: Axis): boolean => axes[axis].positive.test(part) || axes[axis].negative.test(part);
    if (names(second, 'lat') && names(first, 'lon')) [first, second] = [second, first];
    if (!names(first, 'lat') || !names(second, 'lon')) return undefined;
  }
  const [lat, lon] = [degreesOf(first, 'lat'), degreesOf(second, 'lon')];
  return lat === undefined || lon === undefined ? undefined : { lat, lon };
}
