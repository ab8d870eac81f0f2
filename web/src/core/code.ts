import type { Code } from './types';

const form = /^[0-9A-Z]{8,30}$/;

/** Writes a code in groups of four, as it is printed on the tag. */
export const groupCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');

/**
 * The codes that may have been meant by what is no code on record, the likeliest first: in upper case and without spaces and
 * dashes, then with 0 for O and 1 for I and L, which look alike on a tag. All of them are letters of a code, so what was given
 * itself comes first, and these are offered, never taken. Empty where there is nothing to correct.
 */
export function meantCodes(given: string): readonly Code[] {
  const upper = given.replace(/[ -]/g, '').toUpperCase();
  const codes = new Set([upper, upper.replace(/O/g, '0').replace(/[IL]/g, '1')]);
  return [...codes].filter((code): code is Code => code !== given && form.test(code));
}

/**
 * Reads what a person typed or a hand scanner sent: a code in any case, with spaces or dashes, or the whole address
 * from a QR code. Answers null when there is no code in it.
 */
export function parseCode(input: string): Code | null {
  const link = /\/8004\/([^/?#]+)/i.exec(input);
  const code = (link?.[1] ?? input).replace(/[\s-]/g, '').toUpperCase();
  return form.test(code) ? (code as Code) : null;
}
