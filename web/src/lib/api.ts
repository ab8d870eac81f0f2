import type { Ledger, Readiness, RulebookWords, Text } from './types';

/** The gateway refused: an RFC 9457 problem with a stable code. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly says: Text,
    /** Seconds after which it is worth trying again, where the gateway names them. */
    readonly retryAfter?: number,
  ) {
    super(`${code}: ${says.en}`);
  }
}

/** No gateway answered, or what answered is not one. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Throws Problem or Unreachable. */
export const ledger = (signal?: AbortSignal): Promise<Ledger> => read<Ledger>('/api/v1/ledger', 'net', signal);

/** Throws Problem or Unreachable. */
export async function rulebooks(signal?: AbortSignal): Promise<readonly RulebookWords[]> {
  const list = await read<{ items: readonly RulebookWords[] }>('/api/v1/rulebooks', 'items', signal);
  return list.items;
}

/** A gateway that is not ready answers 503 with the same body: that is an answer, not a problem. Throws Unreachable. */
export async function readiness(signal?: AbortSignal): Promise<Readiness> {
  const response = await send('/readyz', signal);
  return shaped<Readiness>(await json(response), 'ready');
}

/** The address of an item's page. */
export const itemPath = (code: string): string => `/8004/${encodeURIComponent(code)}`;

/** The address of the feed. EventSource can send Last-Event-ID only when it reconnects by itself, so it is a query, too. */
export const streamPath = (after?: number): string =>
  after === undefined ? '/api/v1/stream' : `/api/v1/stream?after=${after}`;

async function read<T>(path: string, mark: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, signal);
  if (!response.ok) throw await problem(response);
  return shaped<T>(await json(response), mark);
}

async function send(path: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, { headers: { Accept: 'application/json' }, ...(signal && { signal }) });
  } catch (cause) {
    throw new Unreachable(`no answer from ${path}`, { cause });
  }
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new Unreachable(`${response.url} answered ${response.status} without JSON`, { cause });
  }
}

/** Looks for one member that every such answer has: enough to tell a gateway from a captive portal. */
function shaped<T>(body: unknown, mark: string): T {
  if (isRecord(body) && mark in body) return body as T;
  throw new Unreachable(`the answer has no "${mark}"`);
}

async function problem(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => null);
  const plain = `The gateway answered ${response.status}.`;
  const fields = isRecord(body) ? body : {};
  const code = typeof fields.code === 'string' ? fields.code : `http-${response.status}`;
  const detail = typeof fields.detail === 'string' ? fields.detail : plain;
  const says = isText(fields.says) ? fields.says : { en: detail, zh: detail };
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new Problem(response.status, code, says, Number.isFinite(seconds) ? seconds : undefined);
}

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;

const isText = (v: unknown): v is Text => isRecord(v) && typeof v.en === 'string' && typeof v.zh === 'string';
