import { expect, it } from 'vitest';
import { crc32, unzip, zip } from './zip';

it('crc32 is that of ISO 3309', () => expect(crc32(new TextEncoder().encode('123456789')).toString(16)).toBe('cbf43926'));

it('what is packed comes out again', async () => {
  const files = new Map([['queue.jsonl', 'a\nb'], ['photos/现场.jpg', ''], ['x', 'y'.repeat(70_000)]]);
  const archive = await zip([...files].map(([name, text]) => ({ name, blob: new Blob([text]) })));
  const out = (await unzip(archive))!;
  expect([...out.keys()]).toEqual([...files.keys()]);
  for (const [name, blob] of out) expect(await blob.text()).toBe(files.get(name));
});
