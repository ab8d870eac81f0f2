import { expect, it } from 'vitest';
import { readInvitation } from '../core/invitation';
import { invitationLink } from './registry';

it('makes a link that the enrolment reads', () => {
  const token = { k: 'A'.repeat(43), net: 'n1', organisation: 'ContractorMSP', role: 'planter', name: '班组 7', expires: '2026-03-12T10:00:00Z' };
  expect(readInvitation(invitationLink('https://works.example:8443', token))).toEqual({ ...token, gateway: 'https://works.example:8443' });
});
