import { expect, it } from 'vitest';
import { sampled } from './sample';
import vectors from './testdata/sample.json';

it.each(Object.entries(vectors.taken))('one in %s is taken as the ledger takes it', (n, taken) => {
  expect(vectors.codes.filter((code) => sampled(code, Number(n)))).toEqual(taken);
});
