import { round, type Exact } from '../../core/numeral';

// Dates in tables: layouts like dd/MM/yyyy HH:mm:ss, and the clocks of a time zone.

/** The parts of a moment, as they stand in a table: no zone is known yet. Milliseconds as if they were in UTC. */
export type Local = number;

const parts = /yyyy|MM|dd|HH|hh|mm|ss|M|d|h|a/g;

const digits: Readonly<Record<string, string>> = { yyyy: '\\d{4}', MM: '\\d{2}', dd: '\\d{2}', HH: '\\d{1,2}', hh: '\\d{1,2}', h: '\\d{1,2}', a: '[AP]M', mm: '\\d{2}', ss: '\\d{2}(?:[.,]\\d{1,9})?', M: '\\d{1,2}', d: '\\d{1,2}' };

export interface Layout {
  readonly spelled: string;
  /** It tells a moment, whatever the clocks of a zone show. */
  readonly absolute?: boolean;
  /** Undefined for what is no such date. */
  read(text: string): Local | undefined;
  write(at: Local): string;
}

/** Counts of seconds or milliseconds since 1970, in UTC, and a spreadsheet's count of days, of which 25,569 is the first of 1970. */
const counts: Readonly<Record<string, { readonly size: Exact; readonly epoch: bigint; readonly absolute: boolean }>> = {
  'epoch-s': { size: { n: 1000n, d: 1n }, epoch: 0n, absolute: true },
  'epoch-ms': { size: { n: 1n, d: 1n }, epoch: 0n, absolute: true },
  serial: { size: { n: 86_400_000n, d: 1n }, epoch: 25_569n * 86_400_000n, absolute: false },
};

/** The last moment that has four digits for its year. */
const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function counted(spelled: string): Layout | undefined {
  if (!Object.hasOwn(counts, spelled)) return undefined;
  const { size, epoch, absolute } = counts[spelled]!;
  const read = (text: string): Local | undefined => {
    if (!/^[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(text)) return undefined;
    const [whole = '', tail = ''] = text.split('.');
    const at = Number(round({ n: BigInt(whole + tail) * size.n, d: 10n ** BigInt(tail.length) * size.d }) - epoch);
    return at >= 0 && at <= last ? at : undefined;
  };
  return { spelled, absolute, read, write: (at) => String((at + Number(epoch)) / Number(size.n)) };
}

/** Halves of the day as people write them: pm, p.m. or 下午. */
const halves = (text: string): string => text.replace(/上午|a\.?m\.?/i, 'AM').replace(/下午|p\.?m\.?/i, 'PM');

/** Undefined unless the layout names year, month and day, each part once. */
export function layoutOf(spelled: string): Layout | undefined {
  const count = counted(spelled);
  if (count !== undefined) return count;
  const named: string[] = [];
  let pattern = '';
  let end = 0;
  for (const m of spelled.matchAll(parts)) {
    pattern += `${literal(spelled.slice(end, m.index))}(${digits[m[0]]!})`;
    named.push(m[0][0]!);
    end = m.index + m[0].length;
  }
  if (!['y', 'M', 'd'].every((p) => named.includes(p)) || new Set(named).size < named.length) return undefined;
  // Hours of twelve have their half of the day.
  if (named.includes('h') !== named.includes('a') || (named.includes('h') && named.includes('H'))) return undefined;
  const form = new RegExp(`^${pattern}${literal(spelled.slice(end))}$`);
  return { spelled, read: (text) => readParts(form.exec(named.includes('a') ? halves(text) : text), named), write: (at) => writeParts(spelled, at) };
}

const literal = (s: string): string => s.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ +/g, ' +');

function readParts(found: RegExpExecArray | null, named: readonly string[]): Local | undefined {
  if (found === null) return undefined;
  const values: Record<string, string> = Object.fromEntries(named.map((name, i) => [name, found[i + 1]!]));
  const of = (name: string): number => Number(values[name] ?? 0);
  const [second = '0', fraction = ''] = (values.s ?? '0').split(/[.,]/);
  const [year, month, day, minute] = [of('y'), of('M'), of('d'), of('m')];
  if (named.includes('h') && (of('h') < 1 || of('h') > 12)) return undefined;
  const hour = named.includes('h') ? (of('h') % 12) + (values.a === 'PM' ? 12 : 0) : of('H');
  if (hour > 23 || minute > 59 || Number(second) > 59) return undefined;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute, Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  // The 31st of April would have become the 1st of May.
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.getTime() : undefined;
}

function writeParts(spelled: string, at: Local): string {
  const t = new Date(at);
  const pad = (n: number, width = 2): string => String(n).padStart(width, '0');
  const values: Readonly<Record<string, string>> = {
    yyyy: pad(t.getUTCFullYear(), 4), MM: pad(t.getUTCMonth() + 1), M: String(t.getUTCMonth() + 1), dd: pad(t.getUTCDate()), d: String(t.getUTCDate()),
    HH: pad(t.getUTCHours()), hh: pad(t.getUTCHours() % 12 || 12), h: String(t.getUTCHours() % 12 || 12), a: t.getUTCHours() < 12 ? 'AM' : 'PM', mm: pad(t.getUTCMinutes()), ss: pad(t.getUTCSeconds()),
  };
  return spelled.replace(parts, (p) => values[p]!);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Whether the browser knows a time zone of this name. */
export function isZone(name: string): boolean {
  if (name === 'Local') return false;
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone || 'UTC', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
    clocks.set(zone, clock);
  }
  return clock;
}

/** Milliseconds by which the zone's clocks are ahead of UTC at a moment. */
function ahead(zone: string, at: number): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of clockOf(zone).formatToParts(at)) shown[type] = Number(value);
  const whole = Math.floor(at / 1000) * 1000;
  return Date.UTC(shown.year!, shown.month! - 1, shown.day!, shown.hour!, shown.minute!, shown.second!) - whole;
}

/** The moment at which the clocks of a zone show this. An hour that is left out or comes twice is taken as Go's package time does. */
export function momentIn(zone: string, local: Local): number {
  if (zone === '' || zone === 'UTC') return local;
  const first = ahead(zone, local);
  return first === 0 ? local : local - ahead(zone, local - first);
}
