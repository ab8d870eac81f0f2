import { refuse } from '../../core/refusal';
import type { Session } from '../../works/walk';

const name = 'rootline-audit';

/** The session that was interrupted, if there is one. */
export function keptSession(): Session | undefined {
  try {
    const text = localStorage.getItem(name);
    return text === null ? undefined : (JSON.parse(text) as Session);
  } catch {
    return undefined;
  }
}

/** Keeps the session after each scan. Throws Refusal device-storage-full. */
export function keepSession(session: Session): void {
  try {
    localStorage.setItem(name, JSON.stringify(session));
  } catch (cause) {
    throw refuse('device-storage-full', {}, cause);
  }
}

export const dropSession = (): void => localStorage.removeItem(name);
