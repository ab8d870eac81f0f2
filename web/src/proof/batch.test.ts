import { expect, it } from 'vitest';
import spelled from '../../../chaincode/wire/testdata/batches.json';
import { unpackBatch } from './batch';
import { join } from './bytes';

it.each(spelled.map((s) => [s.name, s] as const))('a batch with %s is read as the ledger reads it', (_, s) => {
  const frame = Uint8Array.from(atob(s.argument ?? ''), (c) => c.charCodeAt(0));
  expect(unpackBatch(join(Uint8Array.of(1), frame)) !== undefined).toBe(s.read);
});
