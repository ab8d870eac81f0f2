/** Whether an address is of this machine only, or of none: nobody else opens it, and on paper it leads nowhere. */
export function onlyHere(origin: string): boolean {
  const host = URL.parse(origin)?.hostname ?? '';
  return /^(|(.+\.)?localhost|\[::1?\]|0\.0\.0\.0|127(\.\d+){3})$/.test(host);
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
  onlyHere(here) && told !== undefined && originIn(told) !== undefined ? originIn(told)! : here;
