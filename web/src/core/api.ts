import { limits as bounds } from './limits';
import { readRefusal, Refusal, refuse, type RefusalShape } from './refusal';
import type { AssetView, DeviceView, EventStatus, EventView, LedgerView, Page, Place, Readiness, RulebookView, Submission, TagView, Waiting } from './types';

/** How long an answer may take, in milliseconds, besides what the gateway was asked to wait. */
const answerTime = 30_000;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'HEAD' | 'DELETE';
  readonly json?: object;
  readonly body?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the gateway is given up. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
  /** Statuses beyond 2xx that the caller reads itself. */
  readonly also?: readonly number[];
}

/** Milliseconds by which the gateway's clock is ahead of this device's, as its last answer said; to the second. */
export let clockAhead = 0;

/** Sends one request to the gateway of this origin. Throws Refusal: unreachable, not-a-gateway, or the gateway's own. */
export async function request(path: string, call: Call = {}): Promise<Response> {
  const limit = AbortSignal.timeout(call.timeout ?? answerTime);
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  let response: Response;
  try {
    response = await fetch(path, {
      method: call.method ?? 'GET',
      headers: {
        Accept: 'application/json, application/problem+json',
        ...(call.json !== undefined && { 'Content-Type': 'application/json' }),
        ...call.headers,
      },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: both(call.signal, limit),
      ...(body !== undefined && { body }),
    });
  } catch (cause) {
    throw refuse('unreachable', {}, cause);
  }
  noteClock(response);
  if (response.ok || call.also?.includes(response.status)) return response;
  throw await problemOf(response);
}

/** Older browsers cannot join two signals; there the time limit alone holds. */
const both = (a: AbortSignal | undefined, limit: AbortSignal): AbortSignal =>
  a === undefined || !('any' in AbortSignal) ? limit : AbortSignal.any([a, limit]);

function noteClock(response: Response): void {
  const theirs = Date.parse(response.headers.get('Date') ?? '');
  if (Number.isFinite(theirs)) clockAhead = Math.abs(theirs - Date.now()) < 2000 ? 0 : theirs - Date.now();
}

/** A problem (RFC 9457) with what it says of each event of the request. */
export class Problem extends Refusal {
  constructor(
    shape: RefusalShape,
    status: number,
    retryAfter: number | undefined,
    readonly errors: readonly { readonly index: number; readonly event?: string; readonly error: RefusalShape }[],
  ) {
    super(shape.code, shape.says, { ...shape, status, retryAfter });
  }
}

async function problemOf(response: Response): Promise<Refusal> {
  const body: unknown = await response.json().catch(() => undefined);
  const shape = readRefusal(body);
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  if (shape === undefined) {
    // A proxy before a gateway that is starting, or a HEAD, which has no body.
    const { says } = refuse(response.status >= 500 || response.status === 429 ? 'unreachable' : 'not-a-gateway');
    return new Refusal(`http-${response.status}`, says, { status: response.status, retryAfter });
  }
  const errors = Array.isArray((body as { errors?: unknown }).errors) ? (body as { errors: unknown[] }).errors : [];
  return new Problem(shape, response.status, retryAfter, errors.flatMap(readEntry));
}

function readEntry(entry: unknown): { index: number; event?: string; error: RefusalShape }[] {
  const { index, event, error } = (entry ?? {}) as { index?: unknown; event?: unknown; error?: unknown };
  const shape = readRefusal(error);
  if (typeof index !== 'number' || shape === undefined) return [];
  return [{ index, ...(typeof event === 'string' && { event }), error: shape }];
}

/** Reads an answer that has at least the member `mark`: enough to tell a gateway from a captive portal. */
async function read<T>(path: string, mark: string, call: Call = {}): Promise<T> {
  const response = await request(path, call);
  let body: unknown;
  try {
    body = await response.json();
  } catch (cause) {
    // Cut off on its way, or no JSON at all.
    throw refuse(response.headers.get('Content-Type')?.includes('json') ? 'unreachable' : 'not-a-gateway', {}, cause);
  }
  if (typeof body === 'object' && body !== null && mark in body) return body as T;
  throw refuse('not-a-gateway');
}

/** Options that every reading call takes. */
export type Limits = Pick<Call, 'timeout' | 'signal'>;

const query = (values: Readonly<Record<string, string | number | undefined>>): string => {
  const set = Object.entries(values).flatMap(([k, v]) => (v === undefined ? [] : [[k, String(v)]]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
};

export const ledger = (limits?: Limits): Promise<LedgerView> => read('/api/v1/ledger', 'net', limits);

/** A gateway that is not ready answers 503 with the same body: that is an answer. */
export const readiness = (limits?: Limits): Promise<Readiness> => read('/readyz', 'ready', { ...limits, also: [503] });

export const asset = (code: string, limits?: Limits): Promise<AssetView> =>
  read(`/api/v1/assets/${encodeURIComponent(code)}`, 'id', limits);

export const tagOf = (code: string, limits?: Limits): Promise<TagView> => read(`/api/v1/tags/${encodeURIComponent(code)}`, 'roll', limits);

export const assetEvents = (code: string, limit = 100, limits?: Limits): Promise<Page<EventView>> =>
  read(`/api/v1/assets/${encodeURIComponent(code)}/events${query({ limit })}`, 'items', limits);

export interface AssetFilter {
  readonly kind?: string;
  readonly state?: string;
  readonly place?: string;
  readonly custodian?: string;
  readonly lot?: string;
  /** What they lie under. */
  readonly under?: string;
  /** A rulebook's name without a version. */
  readonly rulebook?: string;
  /** Part of a text among the fields of the record. */
  readonly text?: string;
  readonly q?: string;
  readonly limit?: number;
  readonly cursor?: string | undefined;
}

/** Needs a session, as places, device and evidence do. */
export const assets = (filter: AssetFilter, limits?: Limits): Promise<Page<AssetView>> => read(`/api/v1/assets${query({ ...filter })}`, 'items', limits);

/** What each code leads to, in order; undefined where the ledger knows none. Needs a session. */
export async function resolve(codes: readonly string[], limits?: Limits): Promise<(AssetView | undefined)[]> {
  const found: (AssetView | undefined)[] = [];
  for (let i = 0; i < codes.length; i += bounds.resolveCodes) {
    const some = codes.slice(i, i + bounds.resolveCodes);
    const { results } = await read<{ results: { asset?: AssetView }[] }>('/api/v1/assets:resolve', 'results', { ...limits, method: 'POST', json: { codes: some } });
    if (!Array.isArray(results) || results.length !== some.length) throw refuse('not-a-gateway');
    found.push(...results.map((r) => r.asset));
  }
  return found;
}

/** The codes on the list of a lot or a roll, sorted, from a cursor on. Needs a session. */
export const codesOf = (code: string, cursor?: string, limits?: Limits): Promise<Page<string>> =>
  read(`/api/v1/assets/${encodeURIComponent(code)}/codes${query({ limit: bounds.listPage, cursor })}`, 'items', limits);

export const placePage = (filter: { parent?: string; kind?: string; limit?: number; cursor?: string | undefined }, limits?: Limits): Promise<Page<Place>> =>
  read(`/api/v1/places${query({ ...filter })}`, 'items', limits);

export const placeOf = (id: string, limits?: Limits): Promise<Place> =>
  read(`/api/v1/places/${id.split('/').map(encodeURIComponent).join('/')}`, 'id', limits);

export async function rulebookList(limits?: Limits): Promise<readonly RulebookView[]> {
  return (await read<{ items: readonly RulebookView[] }>('/api/v1/rulebooks', 'items', limits)).items;
}

export const waiting = (limits?: Limits): Promise<Waiting> => read('/api/v1/waiting', 'due', limits);

export const rulebookOf = (name: string, limits?: Limits): Promise<RulebookView> =>
  read(`/api/v1/rulebooks/${encodeURIComponent(name)}`, 'name', limits);

export const deviceOf = (kid: string, limits?: Limits): Promise<DeviceView> => read(`/api/v1/devices/${encodeURIComponent(kid)}`, 'kid', limits);

/**
 * Sends signed events, at most 1,000, and answers how each stands, in order. With a wait, in seconds up to 60, the
 * gateway answers when all are final or the time is over. Sent again, an event is recorded once. That all were refused is
 * no error of the call.
 */
export const submit = (events: readonly Submission[], wait = 0, signal?: AbortSignal): Promise<EventStatus[]> =>
  sendEvents(`/api/v1/events${query({ wait: wait > 0 ? `${wait}s` : undefined })}`, events, { timeout: answerTime + wait * 1000, signal });

/** What would become of the events; records nothing. The statuses are acceptable, refused and recorded. */
export const check = (events: readonly Submission[], limits?: Limits): Promise<EventStatus[]> => sendEvents('/api/v1/events:check', events, limits);

async function sendEvents(path: string, events: readonly Submission[], limits?: Limits): Promise<EventStatus[]> {
  try {
    const { results } = await read<{ results: EventStatus[] }>(path, 'results', { ...limits, method: 'POST', json: { events } });
    if (!Array.isArray(results) || results.length !== events.length) throw refuse('not-a-gateway');
    return results.map((r) => (r.error === undefined ? r : { ...r, error: readRefusal(r.error) ?? r.error }));
  } catch (e) {
    if (!(e instanceof Problem) || e.status !== 422 || e.errors.length !== events.length) throw e;
    const refused = new Map(e.errors.map((r) => [r.index, r]));
    return events.map((_, i) => {
      const r = refused.get(i);
      if (r === undefined) throw e;
      return { status: 'refused', error: r.error, ...(r.event !== undefined && { event: r.event }) };
    });
  }
}
