import { match, type Match } from '../app/routing';
import { routes } from './routes';

/** The page that the address names; undefined when none has it. */
class Router {
  current = $state.raw<Match | undefined>(undefined);

  /** Follows the address of the page. Returns the end of it. */
  start(): () => void {
    const read = (): void => void (this.current = match(location.hash, routes));
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }
}

export const router = new Router();

/** The address of a page with what it filters by; empty values are left out. */
export function addressOf(path: string, values: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(Object.entries(values).filter(([, v]) => v !== ''));
  return query.size === 0 ? `#/${path}` : `#/${path}?${query.toString()}`;
}
