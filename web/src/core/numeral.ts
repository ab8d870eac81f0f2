// Numbers as people write them, read exactly: package numeral in TypeScript, held to the same vectors (testdata/numbers.json).

/** A fraction of whole numbers: nothing is rounded before it is asked for. */
export interface Exact {
  readonly n: bigint;
  /** Above zero. */
  readonly d: bigint;
}

/** What stands before decimals; the other one may group thousands. */
export type Mark = '.' | ',';

/** A number; the two that it may be, where its separator stands before decimals or between thousands; or none. */
export type Reading = { readonly number: Exact } | { readonly decimal: Exact; readonly grouped: Exact; readonly mark: Mark } | undefined;

const digitsOf: Readonly<Record<string, string>> = {
  '．': '.', '。': '.', '｡': '.', '，': ',', '＋': '+', '－': '-', '﹣': '-', '−': '-', '‐': '-', '‑': '-', '‒': '-', '–': '-',
  ' ': "'", '\t': "'", '\u00a0': "'", '\u2007': "'", '\u2009': "'", '\u202f': "'", '\u3000': "'", '’': "'", '＇': "'", 'ʼ': "'", 萬: '万', 億: '亿',
};

/** The plain signs for what keyboards and tables write; spaces and apostrophes that group thousands become one apostrophe. */
const spelled = (s: string): string =>
  [...s].map((c) => digitsOf[c] ?? (c >= '０' && c <= '９' ? String.fromCharCode(c.charCodeAt(0) - 0xfee0) : c)).join('').replace(/^'+|'+$/g, '');

const shape = /^([+-]?)'?([0-9.,']{1,60}?)'?(万|亿|)$/;
const scale: Readonly<Record<string, bigint>> = { '': 1n, 万: 10_000n, 亿: 100_000_000n };
const grouped = (mark: Mark): RegExp => (mark === '.' ? /^[0-9]{1,3}(?:(?:'[0-9]{3}){1,9}|(?:,[0-9]{3}){1,9})$/ : /^[0-9]{1,3}(?:(?:'[0-9]{3}){1,9}|(?:\.[0-9]{3}){1,9})$/);

/** Reads a number. With a mark, that stands before decimals; without, the form decides, or both readings are given. */
export function readNumeral(text: string, said?: Mark): Reading {
  const parts = shape.exec(spelled(text));
  if (parts === null) return undefined;
  const [, sign = '', digits = '', unit = ''] = parts;
  const number = (whole: string, fraction: string): Exact => {
    const n = BigInt(`${whole.replace(/[.,']/g, '')}${fraction}` || '0') * scale[unit]!;
    return { n: sign === '-' ? -n : n, d: 10n ** BigInt(fraction.length) };
  };
  const [mark, either] = said === undefined ? markOf(digits) : [said, false];
  const at = digits.indexOf(mark);
  const [whole, fraction] = at < 0 ? [digits, ''] : [digits.slice(0, at), digits.slice(at + 1)];
  if (either) return { decimal: number(whole, fraction), grouped: number(whole + fraction, ''), mark };
  const fits = /^[0-9]{0,30}$/.test(fraction) && whole + fraction !== '' && (/^[0-9]{0,30}$/.test(whole) || grouped(mark).test(whole));
  return fits ? { number: number(whole, fraction) } : undefined;
}

/** The mark that the form of the digits shows, and whether it may as well group thousands. */
function markOf(digits: string): [Mark, boolean] {
  const [points, commas] = [digits.split('.').length - 1, digits.split(',').length - 1];
  if (points > 0 && commas > 0) return [digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',', false];
  if (points > 1) return [',', false];
  if (commas > 1 || points + commas === 0) return ['.', false];
  const mark: Mark = commas === 1 ? ',' : '.';
  const [whole = '', fraction = ''] = digits.split(mark);
  // 0.500 groups nothing. A comma before four digits or more is looked at twice: some group by ten thousands.
  if (!/^[1-9][0-9]{0,29}$/.test(whole) || !/^[0-9]{1,30}$/.test(fraction)) return [mark, false];
  return [mark, (fraction.length === 3 && whole.length <= 3) || (fraction.length > 3 && mark === ',')];
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

/** Writes a decimal number that was read, with nothing between thousands. */
export function writeNumeral({ n, d }: Exact, mark: Mark = '.'): string {
  const places = String(d).length - 1;
  const digits = String(n < 0n ? -n : n).padStart(places + 1, '0');
  const fraction = digits.slice(digits.length - places, digits.length).replace(/0+$/, '');
  const whole = places === 0 ? digits : digits.slice(0, -places);
  return `${n < 0n ? '-' : ''}${whole}${places > 0 && fraction !== '' ? `${mark}${fraction}` : ''}`;
}

/** The mark that the reader's locale puts before decimals. */
export function markOfLocale(locale: string | undefined = typeof navigator === 'undefined' ? undefined : navigator.language): Mark {
  try {
    return new Intl.NumberFormat(locale).formatToParts(1.5).find((p) => p.type === 'decimal')?.value === ',' ? ',' : '.';
  } catch {
    return '.';
  }
}

/** The number that a person typed where no more than its nearest is needed, read by the mark of their locale; NaN for none. */
export function numberIn(text: string, locale: Mark = markOfLocale()): number {
  const read = readNumeral(text, locale);
  return read !== undefined && 'number' in read ? Number(read.number.n) / Number(read.number.d) : Number.NaN;
}
