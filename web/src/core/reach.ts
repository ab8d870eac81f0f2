/** Whether an address is of this machine only: nobody else opens it. */
export function isLoopback(origin: string): boolean {
  try {
    const { hostname } = new URL(origin);
    return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  } catch {
    return false;
  }
}

/** The origin in what a person typed: "works.example:8443" is one over https. Undefined when there is none. */
export function originIn(typed: string): string | undefined {
  const text = typed.trim();
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
    return /^https?:$/.test(url.protocol) && url.hostname !== '' && url.username === '' && !/\s/.test(text) ? url.origin : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The address under which another phone reaches the gateway: this page's, unless that is of this machine only and the
 * gateway has told a better one.
 */
export const reachable = (here: string, told: string | undefined): string =>
  isLoopback(here) && told !== undefined && originIn(told) !== undefined ? originIn(told)! : here;
