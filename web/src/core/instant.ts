/** A moment as Rootline spells it: RFC 3339 with "Z", and either no fraction or three digits. */
export const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
