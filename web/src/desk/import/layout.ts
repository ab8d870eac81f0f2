// Dates in tables: layouts like dd/MM/yyyy HH:mm:ss, and the clocks of a time zone.

/** The parts of a moment, as they stand in a table: no zone is known yet. Milliseconds as if they were in UTC. */
export type Local = number;

const parts = /yyyy|MM|dd|HH|mm|ss|M|d/g;

const digits: Readonly<Record<string, string>> = { yyyy: '\\d{4}', MM: '\\d{2}', dd: '\\d{2}', HH: '\\d{1,2}', mm: '\\d{2}', ss: '\\d{2}(?:[.,]\\d{1,9})?', M: '\\d{1,2}', d: '\\d{1,2}' };

export interface Layout {
  readonly spelled: string;
  /** Undefined for what is no such date. */
  read(text: string): Local | undefined;
  write(at: Local): string;
}

/** Undefined unless the layout names year, month and day, each part once. */
export function layoutOf(spelled: string): Layout | undefined {
  const named: string[] = [];
  let pattern = '';
  let end = 0;
  for (const m of spelled.matchAll(parts)) {
    pattern += `${literal(spelled.slice(end, m.index))}(${digits[m[0]]!})`;
    named.push(m[0][0]!);
    end = m.index + m[0].length;
  }
  if (!['y', 'M', 'd'].every((p) => named.includes(p)) || new Set(named).size < named.length) return undefined;
  const form = new RegExp(`^${pattern}${literal(spelled.slice(end))}$`);
  return { spelled, read: (text) => readParts(form.exec(text), named), write: (at) => writeParts(spelled, at) };
}

const literal = (s: string): string => s.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ +/g, ' +');

function readParts(found: RegExpExecArray | null, named: readonly string[]): Local | undefined {
  if (found === null) return undefined;
  const values: Record<string, string> = Object.fromEntries(named.map((name, i) => [name, found[i + 1]!]));
  const of = (name: string): number => Number(values[name] ?? 0);
  const [second = '0', fraction = ''] = (values.s ?? '0').split(/[.,]/);
  const [year, month, day, hour, minute] = [of('y'), of('M'), of('d'), of('H'), of('m')];
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
    HH: pad(t.getUTCHours()), mm: pad(t.getUTCMinutes()), ss: pad(t.getUTCSeconds()),
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
