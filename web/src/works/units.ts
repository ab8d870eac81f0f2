import { isWhole, markOfLocale, readNumeral, times, toInteger, writeNumeral, type Exact, type Mark } from '../core/numeral';
import type { Text } from '../core/types';

/** How a person writes an amount that is recorded as an integer of the smallest unit. */
export interface Entry {
  /** What stands beside the field: "cm". Empty for a plain number. */
  readonly label: Text;
  /** Digits after the point: the amount as typed, times ten to this power, is what is recorded. */
  readonly digits: number;
  /** What is recorded: "mm", with what the unit is called. */
  readonly unit: string;
  /** A number that names rather than counts: a year has no thousands. */
  readonly plain?: boolean;
  /** All digits are shown: money has both of its own. */
  readonly fixed?: boolean;
  /** A date, recorded as days since 1970-01-01, and typed and shown as 2026-11-30. */
  readonly date?: boolean;
}

const both = (s: string): Text => ({ en: s, zh: s });
const none = both('');

/** Units whose smallest unit nobody uses on site: what is used instead, and by how many powers of ten it is larger. */
const larger: Readonly<Record<string, { label: Text; digits: number; fixed?: true }>> = {
  kPa: { label: both('MPa'), digits: 3 },
  'kg/m3': { label: both('g/cm³'), digits: 3 },
  g: { label: both('kg'), digits: 3 },
  permille: { label: both('%'), digits: 1 },
  fen: { label: { en: 'yuan', zh: '元' }, digits: 2, fixed: true },
};

const called: Readonly<Record<string, Text>> = {
  each: none,
  year: none,
  '': none,
  l: { en: 'L', zh: '升' },
  kg: both('kg'),
  m3: both('m³'),
  m2: both('m²'),
  mm2: both('mm²'),
  cm2: both('cm²'),
  km2: both('km²'),
  ml: both('mL'),
  um: both('µm'),
  'kg/m3': both('kg/m³'),
  'g/cm3': both('g/cm³'),
  't/m3': both('t/m³'),
  yuan: { en: 'yuan', zh: '元' },
  'wan-yuan': { en: '10,000 yuan', zh: '万元' },
  date: none,
  percent: both('%'),
  s: { en: 's', zh: '秒' },
  d: { en: 'days', zh: '天' },
  h: { en: 'h', zh: '小时' },
  min: { en: 'min', zh: '分钟' },
};

/** What one of them is called. */
const single: Readonly<Record<string, Text>> = { d: { en: 'day', zh: '天' } };

/** Up to here a length is that of a trunk or a layer and is measured in centimetres; above, in metres. */
const handLength = 10_000;

/** How an integer of a field is entered: as its rulebook says, else as its unit is on site. */
export const entryOfField = (f: { readonly unit?: string; readonly in?: string; readonly digits?: number; readonly max?: number }): Entry =>
  f.in === undefined ? entryOf(f.unit, f.max) : { unit: f.unit ?? '', label: called[f.in] ?? both(f.in), digits: f.digits ?? 0, ...(f.in === 'yuan' && { fixed: true }) };

/** How an integer of a unit is entered. `most` is its upper bound, which tells a trunk from a distance. */
export function entryOf(unit = '', most?: number): Entry {
  if (unit === 'date') return { unit, label: none, digits: 0, plain: true, date: true };
  if (unit === 'mm') {
    return most !== undefined && most <= handLength ? { unit, label: both('cm'), digits: 1 } : { unit, label: both('m'), digits: 3 };
  }
  const fine = /^0\.(0*1) (.+)$/.exec(unit);
  if (fine !== null) return { unit, label: called[fine[2]!] ?? both(fine[2]!), digits: fine[1]!.length };
  const more = larger[unit];
  if (more !== undefined) return { unit, ...more };
  return { unit, label: called[unit] ?? both(unit), digits: 0, ...(unit === 'year' && { plain: true }) };
}

export type Amount =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly why: 'notNumber' | 'wholeNumber' | 'tooFine' | 'notDate' }
  /** Its separator may stand before decimals or between thousands: what it may be, to choose from. */
  | { readonly ok: false; readonly why: 'twoReadings'; readonly readings: readonly number[] };

/**
 * Reads what was typed, exactly: "2,35" m is 2350 mm. No fraction of a computer's number comes between. Where a separator may
 * mean two things, the mark that the reader's locale puts before decimals is believed where decimals are asked for, as in
 * 1.005 m; anything else is asked: 1,000 kg, and 1.000 trees.
 */
export function readAmount(typed: string, entry: Pick<Entry, 'digits' | 'date'>, locale: Mark = markOfLocale()): Amount {
  if (entry.date) return readDate(typed);
  const read = readNumeral(typed);
  if (read === undefined) return { ok: false, why: 'notNumber' };
  if ('number' in read) return amountOf(read.number, entry);
  const decimal = amountOf(read.decimal, entry);
  if (read.mark === locale && entry.digits > 0) return decimal;
  const readings = [amountOf(read.grouped, entry), decimal].flatMap((a) => (a.ok ? [a.value] : []));
  // A comma can only group where no decimals are asked for: 1,234 trees. A point is asked about all the same.
  if (readings.length === 1 && read.mark !== locale) return { ok: true, value: readings[0]! };
  return readings.length === 0 ? decimal : { ok: false, why: 'twoReadings', readings };
}

const dayLength = 86_400_000;

function readDate(typed: string): Amount {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(typed.trim()) ? Date.parse(`${typed.trim()}T00:00:00Z`) : NaN;
  const days = at / dayLength;
  return Number.isNaN(at) || writeDate(days) !== typed.trim() ? { ok: false, why: 'notDate' } : { ok: true, value: days };
}

/** Days since 1970-01-01 as 2026-11-30; the number itself where it is no date that people write. */
function writeDate(days: number): string {
  const at = new Date(days * dayLength);
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() < 0 || at.getUTCFullYear() > 9999 ? String(days) : at.toISOString().slice(0, 10);
}

function amountOf(exact: Exact, { digits }: Pick<Entry, 'digits'>): Amount {
  const scaled = times(exact, { n: 10n ** BigInt(digits), d: 1n });
  if (!isWhole(scaled)) return { ok: false, why: digits === 0 ? 'wholeNumber' : 'tooFine' };
  const value = toInteger(scaled.n / scaled.d);
  return value === undefined ? { ok: false, why: 'notNumber' } : { ok: true, value };
}

/** Writes what is recorded as the reader would type it: 2350 mm is "2.35" m, or "2,35". */
export function writeAmount(value: number, entry: Pick<Entry, 'digits' | 'date'>, locale: Mark = markOfLocale()): string {
  if (entry.date) return writeDate(value);
  return writeNumeral({ n: BigInt(value), d: 10n ** BigInt(entry.digits) }, locale);
}

/** 2000-01-01: seconds from there on are a moment, fewer are a span of time. web/page/format.go has the same. */
export const firstMoment = 946_684_800;

export const isMoment = (value: number, unit: string | undefined): boolean => unit === 's' && value >= firstMoment;

/** An amount with its unit, for reading: "2.35 m", "40 000 kg". Whoever has the entry of a field gives that for the unit. */
export function showAmount(value: number, unit: string | Entry | undefined, language: 'en' | 'zh', most?: number): string {
  const entry = typeof unit === 'object' ? unit : entryOf(unit, most);
  const written = writeAmount(value, entry, '.');
  if (entry.date) return written;
  const [whole = '', part] = written.split('.');
  const fraction = entry.fixed ? (part ?? '').padEnd(entry.digits, '0') : part;
  const grouped = entry.plain ? whole : whole.replace('-', '\u2212').replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const label = ((Math.abs(value) === 1 && entry.digits === 0 && single[entry.unit]) || entry.label)[language];
  return `${grouped}${fraction === undefined ? '' : `.${fraction}`}${label && `\u00a0${label}`}`;
}
