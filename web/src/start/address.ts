/** The address of an item's page. */
export const itemPath = (code: string): string => `/8004/${encodeURIComponent(code)}`;
