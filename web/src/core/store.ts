/** The browser's storage, or null where the browser forbids even looking at it. */
export function store(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
