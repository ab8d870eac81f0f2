/** Types that are shown as pictures; all others are for saving only. An SVG is a document, and may hold more than a picture. */
const shown: readonly string[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

export const isShown = (type: string): boolean => shown.includes(type);

/** Types of which the gateway makes smaller pictures. */
const made: readonly string[] = ['image/jpeg', 'image/png', 'image/webp'];

export const hasPicture = (type: string): boolean => made.includes(type);

/**
 * An address of a file in this page. What is no picture has a type that no browser opens as a page: an address of this page
 * is of its origin, and what somebody attached must not run as this site.
 */
export const urlOf = (blob: Blob): string => URL.createObjectURL(isShown(blob.type) ? blob : blob.slice(0, blob.size, 'application/octet-stream'));
