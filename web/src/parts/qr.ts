import { encode } from 'uqr';

export interface QrPath {
  /** Modules along one side, the quiet zone of four on each side too. */
  readonly size: number;
  /** An SVG path of the dark modules, one unit each. */
  readonly path: string;
}

/** A QR code as one path, made in this browser: what it holds goes to no server. Throws when the text is too long for one. */
export function qrPath(text: string): QrPath {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  let path = '';
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue;
      const from = x;
      while (x < size && row[x]) x++;
      path += `M${from} ${y}h${x - from}v1H${from}z`;
    }
  }
  return { size, path };
}
