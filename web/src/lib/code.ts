import type { Code } from './types';

const form = /^[0-9A-Z]{8,30}$/;

/** Writes a code in groups of four, as it is printed on the tag. */
export const groupCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');

/**
 * What a code may have been meant to be: letters that codes made here do not have, read as the digits that they look like. They
 * are valid letters of a code, so what is recorded under the code as it was given comes first, and this is offered, never taken
 * silently. Undefined where there is nothing to correct.
 */
export function correctedCode(code: string): Code | undefined {
  const corrected = code.replace(/O/g, '0').replace(/[IL]/g, '1');
  return corrected === code || !form.test(corrected) ? undefined : (corrected as Code);
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
