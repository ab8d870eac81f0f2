import { readNumeral, round, times, toInteger } from '../../core/numeral';
import * as api from '../../core/api';
import type { AssetView, Page, Text } from '../../core/types';
import { withSession } from '../../kept/device';
import { store } from '../../core/store';
import { asked, type Filter } from '../lists/items';
import { path, readSigned } from '../read.svelte';

/** GET /api/v1/labels/templates. Lengths in micrometres. */
export interface Template {
  readonly name: string;
  readonly title: Text;
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  readonly page: readonly [number, number];
  readonly left: number;
  readonly top: number;
  readonly pitch: readonly [number, number];
  readonly symbol: number;
}

export interface Templates {
  readonly items: readonly Template[];
  /** How many labels one job prints. */
  readonly most: number;
}

export const templates = (): Promise<Templates> => readSigned('/api/v1/labels/templates');

export interface Label {
  readonly code: string;
  readonly text?: readonly string[];
}

/** Told how many labels are known so far; false ends the reading. */
export type Progress = (n: number) => boolean;

/** More codes than one job prints, or than there is patience for. */
export class TooMany extends Error {}

/** The items that match a filter, by their codes, each with a text of its own. Undefined when it was stopped. Throws Refusal, TooMany. */
export async function matching(f: Filter, own: (a: AssetView) => string, most: number, progress: Progress): Promise<Label[] | undefined> {
  const all: Label[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Page<AssetView> = await readSigned(path('/api/v1/assets', { ...asked(f), limit: 500, cursor }));
    for (const a of page.items) all.push(label(a.id, own(a)));
    if (all.length > most) throw new TooMany();
    if (!progress(all.length)) return undefined;
    cursor = page.next || undefined;
  }
  return all;
}

const label = (code: string, text: string): Label => (text === '' ? { code } : { code, text: [text] });

/** The codes on the list of a lot or a roll. Undefined when it was stopped. Throws Refusal, TooMany. */
export async function listed(code: string, most: number, progress: Progress): Promise<Label[] | undefined> {
  const all: Label[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Page<string> = await readSigned(path(`/api/v1/assets/${encodeURIComponent(code)}/codes`, { cursor }));
    for (const c of page.items) all.push({ code: c });
    if (all.length > most) throw new TooMany();
    if (!progress(all.length)) return undefined;
    cursor = page.next || undefined;
  }
  return all;
}

/** What a person typed or pasted: a code a line, its texts after tabs. Spaces within a code do not matter. */
export function typed(text: string): Label[] {
  return text.split(/\r?\n/).flatMap((line): Label[] => {
    const [code = '', ...texts] = line.split('\t').map((s) => s.trim());
    const bare = code.replace(/\s/g, '').toUpperCase();
    const own = texts.filter((t) => t !== '');
    return bare === '' ? [] : [own.length === 0 ? { code: bare } : { code: bare, text: own }];
  });
}

/** Lengths in micrometres, scales in millionths: what one printer does to one sheet. */
export interface Calibration {
  readonly offsetX: number;
  readonly offsetY: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

export const straight: Calibration = { offsetX: 0, offsetY: 0, scaleX: 1_000_000, scaleY: 1_000_000 };

const keptAt = (template: string): string => `rootline.labels.${template}`;

/** The calibration that was kept for a sheet; straight when there is none. */
export function calibrationOf(template: string): Calibration {
  try {
    const kept: unknown = JSON.parse(store()?.getItem(keptAt(template)) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return straight;
    return Object.fromEntries(Object.entries(straight).map(([k, d]) => [k, Number.isSafeInteger((kept as Record<string, unknown>)[k]) ? (kept as Record<string, number>)[k] : d])) as unknown as Calibration;
  } catch {
    return straight;
  }
}

export const keepCalibration = (template: string, c: Calibration): void => store()?.setItem(keptAt(template), JSON.stringify(c));

/** What a person wrote, in thousandths of it as whole numbers: millimetres as micrometres. NaN for what is no number; `empty` for nothing. */
export function thousandths(text: string, empty = 0): number {
  if (text.trim() === '') return empty;
  // Millimetres of a sheet and shares of a scale are never thousands: a lone separator stands before decimals.
  const read = readNumeral(text);
  return (read && toInteger(round(times('number' in read ? read.number : read.decimal, { n: 1000n, d: 1n })))) ?? Number.NaN;
}

export interface Job extends Calibration {
  readonly template: string;
  readonly labels?: readonly Label[];
  readonly calibrationPage?: boolean;
  readonly start?: number;
  readonly symbol?: number;
  readonly text?: readonly string[];
}

export interface Printed {
  readonly pdf: Blob;
  readonly labels: number;
  readonly pages: number;
  /** Of the QR code, in micrometres. */
  readonly module: number;
  /** Labels that are not printed, as their own text cannot be set, and the first of their codes. */
  readonly left: number;
  readonly leftCodes: readonly string[];
}

/** Ten thousand labels take a second to draw, and as long as the line takes to carry. */
const patience = 10 * 60_000;

/** Has the PDF drawn; `received` is told of its bytes as they come. Throws Refusal. */
export async function print(job: Job, received: (bytes: number) => void, signal?: AbortSignal): Promise<Printed> {
  const response = await withSession(() => api.request('/api/v1/labels', { method: 'POST', json: job, timeout: patience, signal, headers: { Accept: 'application/pdf, application/problem+json' } }));
  const head = (name: string): number => Number(response.headers.get(name) ?? 0);
  const parts: BlobPart[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    parts.push(part.value as BlobPart);
    received((bytes += part.value.length));
  }
  return { pdf: new Blob(parts, { type: 'application/pdf' }), labels: head('Rootline-Labels'), pages: head('Rootline-Pages'), module: head('Rootline-Module-Micrometres'), left: head('Rootline-Labels-Left-Out'), leftCodes: (response.headers.get('Rootline-Codes-Left-Out') ?? '').split(' ').filter((c) => c !== '') };
}
