import { afterEach, expect, it } from 'vitest';
import { nameOrganisations, speech, text } from './language.svelte';

afterEach(() => {
  nameOrganisations([]);
  speech.language = 'en';
});

it('a refusal names organisations as people do, in both languages', () => {
  const says = { en: 'It is held by ContractorMSP; your device is of OwnerMSP, not OtherMSP.', zh: '由ContractorMSP保管，本机属于 OwnerMSP。' };
  speech.language = 'en';
  expect(text(says)).toBe(says.en);
  nameOrganisations([
    { mspId: 'ContractorMSP', title: { en: 'Contractor', zh: '施工单位' } },
    { mspId: 'OwnerMSP', title: { en: 'Owner', zh: '建设单位' } },
    { mspId: 'held', title: { en: 'A word of the sentence', zh: '词' } },
  ]);
  expect(text(says)).toBe('It is held by Contractor; your device is of Owner, not OtherMSP.');
  speech.language = 'zh';
  expect(text(says)).toBe('由施工单位保管，本机属于 建设单位。');
});
