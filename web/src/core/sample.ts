const bytes = new TextEncoder();

/** Whether a sample of one in n takes an asset: its code alone decides (FNV-1a, as package rootline has it). Up to 1, each is taken. */
export function sampled(code: string, n: number | undefined): boolean {
  if (n === undefined || n <= 1) return true;
  let h = 0x811c9dc5;
  for (const b of bytes.encode(code)) h = Math.imul(h ^ b, 0x01000193) >>> 0;
  return h % n === 0;
}
