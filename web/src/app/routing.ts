import type { Component } from 'svelte';

/** What a screen gets: the parts of the address that the route names, and what follows its question mark. */
export interface ScreenProps {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export type Screen = Component<ScreenProps>;

export interface Route {
  /** After the "#/". ":name" stands for one part, "*name" for all that follows. */
  readonly path: string;
  /** Which tab is lit. */
  readonly tab?: 'home' | 'near' | 'queue' | 'more';
  /** Reached without a device too: everything else leads to how one enrols. */
  readonly open?: boolean;
  /** Loaded ahead of its first use: it lies between a scan and its record. */
  readonly early?: boolean;
  readonly load: () => Promise<{ default: Screen }>;
}

export interface Match extends ScreenProps {
  readonly route: Route;
  /** The address after the "#": a new one makes a new screen. */
  readonly address: string;
}

/** Reads an address like "#/item/952…/plant?from=scan"; undefined when no screen has it. */
export function match(hash: string, table: readonly Route[]): Match | undefined {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const parts = path.split('/').filter((p) => p !== '');
  for (const route of table) {
    const params = fits(route.path.split('/').filter((p) => p !== ''), parts);
    if (params !== undefined) return { route, params, query: new URLSearchParams(search), address: `#/${parts.join('/')}${search && `?${search}`}` };
  }
  return undefined;
}

function fits(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, p] of pattern.entries()) {
    if (p.startsWith('*')) return { ...params, [p.slice(1)]: parts.slice(i).map(decode).join('/') };
    const part = parts[i];
    if (part === undefined || (!p.startsWith(':') && p !== part)) return undefined;
    if (p.startsWith(':')) params[p.slice(1)] = decode(part);
  }
  return parts.length === pattern.length ? params : undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a screen: each part is escaped. */
export const to = (...parts: readonly string[]): string => `#/${parts.map(encodeURIComponent).join('/')}`;

/** The address of a scanned code in the field app; with the host of the address that the code stood in, where that is another's. */
export const toScanned = (code: string, host?: string): string => `${to('item', code)}?scanned${host === undefined ? '' : `&host=${encodeURIComponent(host)}`}`;

/** The address of a series in the field app; with a place, of a walk of its list. The rulebook is named with its version or without. */
export const toSeries = (book: string, kind: string, action: string, place?: string): string =>
  to('do', book, kind, action) + (place === undefined ? '' : `?place=${encodeURIComponent(place)}`);
