import type { Format } from './types';

// How the characters of a table are written. Marks and forms that only one encoding has decide; the rest is guessed, shown and confirmed.

export type Encoding = NonNullable<Format['encoding']>;

/** Those that a mapping may name. windows-1252 holds latin-1. */
export const encodings = ['utf-8', 'gb18030', 'windows-1252', 'utf-16le', 'utf-16be'] as const satisfies readonly Encoding[];

/** A file's beginning, as far as it says how it is written. */
export interface Written {
  readonly encoding: Encoding;
  /** Nothing but frequent forms speaks for it: a person says which one reads right. */
  readonly guessed: boolean;
}

/** The encoding that a mark at the beginning says: U+FEFF in UTF-8 or UTF-16. */
export function markedAs(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/**
 * Tells how a table is written from its beginning. What is no UTF-8 is GB 18030 or Windows-1252 (latin-1), which no byte tells apart for
 * sure: in GB 18030 bytes above 7F come in twos, in words of latin letters alone.
 */
export function encodingOf(bytes: Uint8Array): Written {
  const marked = markedAs(bytes);
  if (marked !== undefined) return { encoding: marked, guessed: false };
  const zeros = [0, 1].map((side) => bytes.subarray(0, 1024).filter((b, i) => i % 2 === side && b === 0).length);
  if (zeros[0]! + zeros[1]! > Math.min(bytes.length, 1024) / 8) return { encoding: zeros[1]! >= zeros[0]! ? 'utf-16le' : 'utf-16be', guessed: true };
  if (decodes('utf-8', bytes)) return { encoding: 'utf-8', guessed: false };
  let [even, odd] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    let n = 0;
    while (i + n < bytes.length && bytes[i + n]! >= 0x80) n++;
    if (n === 0) continue;
    if (i + n < bytes.length || bytes.length < 1024) n % 2 === 0 ? even++ : odd++;
    i += n;
  }
  return { encoding: odd * 4 > even || !decodes('gb18030', bytes) ? 'windows-1252' : 'gb18030', guessed: true };
}

function decodes(encoding: Encoding, bytes: Uint8Array): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Pieces of a file that are not ASCII, as an encoding reads them: what a person tells right from wrong by. */
export function samplesIn(bytes: Uint8Array, encoding: Encoding): readonly string[] {
  const text = new TextDecoder(encoding).decode(bytes, { stream: true });
  return [...new Set(text.match(/[^\r\n,;\t|"]*[^\u0000-\u007f][^\r\n,;\t|"]*/g) ?? [])].slice(0, 5).map((s) => s.trim().slice(0, 40));
}
