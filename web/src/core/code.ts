import type { Code } from './types';

const form = /^[0-9A-Z]{8,30}$/;

/** Writes a code in groups of four, as it is printed on the tag. */
export const groupCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');

/** What was given where a code is expected. */
export interface Given {
  /** The code that it holds, in the one spelling of codes. Nothing but the spelling was changed: what may be meant instead is meantCodes'. */
  readonly code?: Code;
  /** Of the address that the code stood in, or that stands in the place of a code: in lower case, with its port. */
  readonly host?: string;
  /** The GS1 application identifier of data that hold no code of 8004: 01 for a trade item. */
  readonly other?: string;
}

/** More characters than any code, address or GS1 data of ours has. */
const longest = 500;
/** Ends an element of GS1 data; it is what symbols write for FNC1. */
const separator = '\u001d';
/** Of symbols with GS1 data (ISO/IEC 15424). */
const dataOfGs1 = [']C1', ']e0', ']d2', ']Q3', ']J1'];

const address = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)([^?#]*)/i;
const hostFirst = /^([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?|localhost(?::[0-9]+)?)(\/[^?#]*)/;

/** What keyboards, tables and scanners write for the signs of a code: spaces and dashes of all kinds, what is not seen, the separator. */
const plainSigns = (s: string): string =>
  s.replace(/[\u00a0\u2007\u2009\u202f\u3000]/g, ' ').replace(/[\u2010-\u2014\u2212]/g, '-').replace(/[\u200b-\u200f\u2060\ufeff]/g, '').replace(/\u241d|<GS>|\{GS\}/g, separator);

/** Writes full-width characters, which keyboards for Chinese type, as the ones of ASCII: "Ｋ９＋９００" is "K9+900". */
export const narrowWidth = (s: string): string => s.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));

/**
 * Reads what was given where a code is expected: a code in any case, in full width, with spaces or dashes in it or a slash, a question or a
 * fragment after it; the address of a GS1 Digital Link of any host, with qualifiers; GS1 data of application identifier 8004 with
 * brackets, or from a symbol that is known to hold such data. Package rootline's ReadGiven is the same, held to testdata/given.json.
 */
export function readGiven(given: string): Given {
  if (given.length > 2 * longest || [...given].length > longest) return {};
  let text = plainSigns(narrowWidth(given)).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  let gs1 = false;
  const mark = /^\][A-Za-z][0-9]/.exec(text)?.[0];
  if (mark !== undefined) [text, gs1] = [text.slice(mark.length), dataOfGs1.includes(mark)];
  if (text.startsWith(separator)) [text, gs1] = [text.replace(/^\u001d+/, ''), true];
  text = text.replace(/[\u001d ]+$/, '');
  const link = address.exec(text) ?? hostFirst.exec(text);
  if (link !== null) return readPath(link[1]!, link[2]!);
  if (text.startsWith('/8004/')) return readPath(undefined, text);
  const brackets = /^\(([0-9]{2,4})\)/.exec(text);
  if (brackets !== null) {
    const own = /\(8004\)([^()\u001d]*)/.exec(text);
    return own === null ? { other: brackets[1]! } : coded(spelled(own[1]!));
  }
  const elements = text.split(separator);
  if (gs1 || elements.length > 1) {
    const own = elements.map((e) => (e.startsWith('8004') ? spelled(e.slice(4)) : undefined)).find((c) => c !== undefined);
    if (own !== undefined) return { code: own };
    text = elements[0]!;
  }
  const packed = text.replace(breaks, '');
  // 8004 and a code may be longer than a code.
  return coded(spelled(text) ?? (packed.startsWith('8004') ? spelled(packed.slice(4)) : undefined));
}

const breaks = /[ \-\t\r\n]/g;
const coded = (code: Code | undefined): Given => (code === undefined ? {} : { code });

function readPath(host: string | undefined, path: string): Given {
  const where = host === undefined ? {} : { host: host.toLowerCase() };
  const own = /\/8004\/([^/]*)/.exec(path);
  if (own !== null) return { ...where, ...coded(spelled(unescaped(own[1]!).replace(/^\(8004\)/, ''))) };
  const other = /^\/([0-9]{2,4})\/[^/]/.exec(path)?.[1];
  return { ...where, ...(other !== undefined && { other }) };
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The code that a text is, in the one spelling of codes. What follows a slash, a question mark or a # is no part of it. */
function spelled(text: string): Code | undefined {
  const code = text.replace(/[/?#][^]*$/, '').replace(breaks, '').replace(/[a-z]/g, (c) => c.toUpperCase());
  return form.test(code) ? (code as Code) : undefined;
}

/**
 * The codes that may have been meant by what is no code on record, the likeliest first: the one that was given in its proper spelling, the
 * one after an application identifier 8004 without brackets, and each with 0 for O and 1 for I and L, which look alike on a tag. All of
 * them are letters of a code, and a company's prefix may begin with 8004, so what was given itself comes first, and these are offered,
 * never taken. Empty where there is nothing to correct.
 */
export function meantCodes(given: string): readonly Code[] {
  const { code } = readGiven(given);
  if (code === undefined) return [];
  const own = code.startsWith('8004') && form.test(code.slice(4)) ? [code.slice(4)] : [];
  const codes = new Set([code, ...own].flatMap((c) => [c, c.replace(/O/g, '0').replace(/[IL]/g, '1')]));
  return [...codes].filter((c): c is Code => c !== given);
}

/** The code in what a person typed, a hand scanner sent or a table holds, by readGiven; null when there is none. */
export const parseCode = (input: string): Code | null => readGiven(input).code ?? null;
