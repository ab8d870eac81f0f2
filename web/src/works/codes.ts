import { parseCode } from '../core/code';

/** What came of codes that were given for a list, by the reason why some are not taken. */
export interface TakenCodes {
  /** The list with the new ones at its end. */
  readonly codes: readonly string[];
  readonly added: readonly string[];
  /** On the list already, or given twice. */
  readonly twice: readonly string[];
  /** What is no code, as it was given. */
  readonly wrong: readonly string[];
  /** Codes of another organisation: a list holds those of who makes it. */
  readonly foreign: readonly string[];
}

/** Adds codes that were scanned, typed or pasted, one a line or with commas, semicolons or tabs between them. `self` is the lot's own, `prefix` that of who makes the list. */
export function addCodes(before: readonly string[], given: string, self: string, prefix = ''): TakenCodes {
  const have = new Set(before);
  const [added, twice, wrong, foreign]: [string[], string[], string[], string[]] = [[], [], [], []];
  for (const part of given.split(/[\r\n,;\t，；]+/).map((p) => p.trim()).filter((p) => p !== '')) {
    const code = parseCode(part);
    if (code === null || code === self) wrong.push(part);
    else if (!code.startsWith(prefix)) foreign.push(code);
    else if (have.has(code)) twice.push(code);
    else {
      have.add(code);
      added.push(code);
    }
  }
  return { codes: added.length === 0 ? before : [...before, ...added], added, twice: [...new Set(twice)], wrong, foreign: [...new Set(foreign)] };
}
