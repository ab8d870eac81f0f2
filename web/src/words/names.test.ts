import { afterEach, expect, it } from 'vitest';
import { nameOrganisations, nameRulebooks, speech, text } from './language.svelte';

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

it('a refusal names rulebooks as people do', () => {
  nameRulebooks([{ name: 'road-lamps@1', title: { en: 'Road lamps', zh: '路灯' } }]);
  const says = { en: 'The rulebook road-lamps@2 is not adopted; wharf@1 is, and a@b.example wrote it.', zh: '规则手册 road-lamps@2 尚未采用。' };
  expect(text(says)).toBe('The rulebook “Road lamps”, version 2 is not adopted; wharf@1 is, and a@b.example wrote it.');
  speech.language = 'zh';
  expect(text(says)).toBe('规则手册 《路灯》第 2 版 尚未采用。');
});
