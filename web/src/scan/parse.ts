import { Refusal } from '../core/refusal';
import { parseCode } from '../core/code';
import type { Code } from '../core/types';

/** What a scan holds. */
export interface Scan {
  readonly code: Code;
}

/** More than any code or address of ours has; a longer text is something else. */
const longest = 500;

const noCode = new Refusal('no-code', {
  en: 'This holds no code of Rootline. Scan the code on the tag, or type what is printed below it.',
  zh: '其中没有 Rootline 编码。请扫描标签上的二维码，或输入其下方的编码。',
});

/**
 * Reads what a camera, a hand scanner or a person gave: a GS1 Digital Link of any host, in any case; the element string
 * of application identifier 8004, with or without brackets; or a bare code, also in groups of four.
 */
export function parseScan(raw: string): Scan | Refusal {
  const given = raw.trim();
  if (given === '' || given.length > longest) return noCode;
  // Scanners may put the symbology's identifier before it (]d2, ]Q3), and GS1's separator after it.
  const plain = given.replace(/^\][A-Za-z]\d/, '').replace(/[\u001d\s]+$/, '');
  const element = /^(?:\(8004\)|8004(?=[0-9]{7}))(.+)$/.exec(plain);
  if (element?.[1] !== undefined && plain.startsWith('(')) {
    const code = parseCode(element[1]);
    return code === null ? noCode : { code };
  }
  const code = parseCode(plain);
  return code === null ? noCode : { code };
}

/** The address of an invitation, if that is what was scanned: it is opened, not looked up. */
export function invitationIn(raw: string): URL | undefined {
  try {
    const url = new URL(raw.trim());
    return /^https?:$/.test(url.protocol) && /\/enrol\/?$/.test(url.pathname) && url.hash.length > 20 ? url : undefined;
  } catch {
    return undefined;
  }
}
