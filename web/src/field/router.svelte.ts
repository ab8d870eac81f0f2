import { routes, type Route, type ScreenProps } from './routes';

export interface Match extends ScreenProps {
  readonly route: Route;
  /** The address after the "#": a new one makes a new screen. */
  readonly address: string;
}

/** Reads an address like "#/item/952…/plant?from=scan"; undefined when no screen has it. */
export function match(hash: string, table: readonly Route[] = routes): Match | undefined {
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

class Router {
  current = $state.raw<Match | undefined>(undefined);
  /** How many screens were opened since the start: with none before, "back" leads home. */
  #depth = 0;

  /** Follows the address of the page. Returns the end of it. */
  start(): () => void {
    const read = (): void => {
      this.current = match(location.hash);
      this.#depth++;
    };
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }

  go(address: string): void {
    location.hash = address;
  }

  /** Opens a screen in place of this one, so that "back" does not lead here again. */
  swap(address: string): void {
    history.replaceState(null, '', address);
    this.current = match(address);
  }

  back(): void {
    if (this.#depth > 1) history.back();
    else this.swap('#/');
  }
}

export const router = new Router();
