import { request } from '../core/api';
import { withSession } from '../kept/device';

/** How long a picture that the gateway did not give is not asked for again, in milliseconds: many items may show the same one. */
const patience = 60_000;
/** When the gateway did not give which pictures. */
const away = new Map<string, number>();

export function isAway(sha256: string): boolean {
  const at = away.get(sha256);
  if (at !== undefined && Date.now() - at > patience) away.delete(sha256);
  return away.has(sha256);
}

export const noteAway = (sha256: string): void => void away.set(sha256, Date.now());

let signedIn: Promise<unknown> | undefined;

/** Files are for who is signed in. Asked once for all that a page shows, and anew where a picture did not come. */
export function signIn(): Promise<unknown> {
  signedIn ??= withSession(() => request('/api/v1/session')).catch((e: unknown) => {
    signedIn = undefined;
    throw e;
  });
  return signedIn;
}

/** Asks again whether a session is there, once for all pictures that did not come at the same time. */
export function signInAnew(): Promise<unknown> {
  const before = signedIn;
  return Promise.resolve().then(() => {
    if (signedIn === before) signedIn = undefined;
    return signIn();
  });
}

/** Where the gateway has a photo made smaller: JPEG, upright, of 240 or 1,280 pixels. */
export const pictureOf = (sha256: string, size: 'small' | 'large' = 'small'): string => `/api/v1/evidence/${sha256}/picture${size === 'small' ? '' : `?size=${size}`}`;
