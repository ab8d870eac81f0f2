import { expect, it } from 'vitest';
import { codeOf, enrolled, phone } from '../testing/phone';
import { meantBy } from './meant';
import { scans } from './works';

const it_ = phone();

it('only a correction that something bears is offered: an item, a blank tag, or what is kept here', async () => {
  await enrolled(it_.gateway);
  const right = codeOf(10);
  const mistyped = right.replace(/0/g, 'O').replace(/1/g, 'I');
  expect(mistyped).not.toBe(right);
  expect(await meantBy(mistyped)).toBeNull();
  const text = { en: 'x', zh: 'x' };
  it_.gateway.pages.set(`/api/v1/assets/${right}`, {
    id: right, kind: 'tree', rulebook: 'forestation@1', state: 'lifted', maker: 'A', custodian: 'A', seq: 1, head: 'ab'.repeat(32),
    changed: '2026-03-12T08:15:00Z', kindTitle: text, stateTitle: text, tags: [], asleep: false, disputed: false, url: '', block: { number: 1, hash: '' },
  });
  expect(await meantBy(mistyped)).toBe(right);
  expect(await meantBy(right), 'nothing to correct').toBeNull();
  const tag = codeOf(101);
  it_.gateway.pages.set(`/api/v1/tags/${tag}`, { code: tag, is: 'blank', roll: 'R', organisation: 'A', organisationTitle: text });
  expect(await meantBy(tag.toLowerCase().replace(/0/g, 'o'))).toBe(tag);
  it_.gateway.online = false;
  expect(await meantBy(mistyped), 'from what is kept').toBe(right);
  expect(await meantBy(tag.replace(/0/g, 'O')), 'nobody can be asked').toBeNull();
  expect(await scans(), 'what is only looked up is no scan').toEqual([]);
});
