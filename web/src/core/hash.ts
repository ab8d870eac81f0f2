const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** SHA-256 as 64 lower-case hexadecimal digits. */
export async function sha256(data: BufferSource | Blob): Promise<string> {
  const bytes = data instanceof Blob ? await data.arrayBuffer() : data;
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
