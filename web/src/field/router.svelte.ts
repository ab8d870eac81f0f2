import { match, type Match } from '../app/routing';
import { routes } from './routes';

class Router {
  current = $state.raw<Match | undefined>(undefined);
  /** How many screens were opened since the start: with none before, "back" leads home. */
  #depth = 0;

  /** Follows the address of the page. Returns the end of it. */
  start(): () => void {
    const read = (): void => {
      this.current = match(location.hash, routes);
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
    this.current = match(address, routes);
  }

  back(): void {
    if (this.#depth > 1) history.back();
    else this.swap('#/');
  }
}

export const router = new Router();
