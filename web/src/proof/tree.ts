import { bytesOf, equal, sha256, type Bytes } from './bytes';

/** Whether a path shows that a leaf is at a place of a tree of so many leaves with a root (RFC 9162, 2.1.3.2). */
export async function proves(code: string, index: number, count: number, path: readonly Bytes[], root: Bytes): Promise<boolean> {
  if (index < 0 || index >= count || path.length > 64) return false;
  let [at, last] = [BigInt(index), BigInt(count - 1)];
  let hash = await sha256(Uint8Array.of(0), bytesOf(code));
  for (const beside of path) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      hash = await sha256(Uint8Array.of(1), beside, hash);
      while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else hash = await sha256(Uint8Array.of(1), hash, beside);
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && equal(hash, root);
}
