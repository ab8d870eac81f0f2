import { readGiven } from '../core/code';
import { Refusal } from '../core/refusal';
import type { Code } from '../core/types';

/** What a scan holds. */
export interface Scan {
  readonly code: Code;
  /** Of the address that the code stood in, where that is not this page's: it may be the code of other works. */
  readonly host?: string;
}

const noCode = new Refusal('no-code', {
  en: 'This holds no code of Rootline. Scan the code on the tag, or type what is printed below it.',
  zh: '其中没有 Rootline 编码。请扫描标签上的二维码，或输入其下方的编码。',
});

const otherLink = (host: string): Refusal => new Refusal('others-link', {
  en: `This is an address of ${host}, and no code of Rootline. Nothing was opened. Scan the code on the tag.`,
  zh: `这是 ${host} 的网址，不是 Rootline 编码，未打开。请扫描标签上的二维码。`,
});

const otherData = (identifier: string): Refusal => new Refusal('others-gs1-data', {
  en: `These are GS1 data of another kind (${identifier}), such as a trade item's. Codes of Rootline are GS1 data of kind 8004. Scan the code on the tag.`,
  zh: `这是其他类型的 GS1 数据（${identifier}），例如商品条码。Rootline 编码为 8004 类数据。请扫描标签上的二维码。`,
});

/** Reads what a camera, a hand scanner or a person gave, as core/code reads it; says whose it is where it holds no code. */
export function parseScan(raw: string): Scan | Refusal {
  const { code, host, other } = readGiven(raw);
  if (code !== undefined) return { code, ...(host !== undefined && host !== globalThis.location?.host && { host }) };
  if (other !== undefined) return otherData(other);
  return host === undefined ? noCode : otherLink(host);
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
