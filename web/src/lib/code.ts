import type { Code } from './types';

const form = /^[0-9A-Z]{8,30}$/;

/** Writes a code in groups of four, as it is printed on the tag. */
export const groupCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');

/**
 * Reads what a person typed or a hand scanner sent: a code in any case, with spaces or dashes, or the whole address
 * from a QR code. Answers null when there is no code in it.
 */
export function parseCode(input: string): Code | null {
  const link = /\/8004\/([^/?#]+)/i.exec(input);
  const code = (link?.[1] ?? input).replace(/[\s-]/g, '').toUpperCase();
  return form.test(code) ? (code as Code) : null;
}
