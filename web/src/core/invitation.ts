import { decode } from './base64url';
import type { Invitation } from './device';
import { readJson } from './jws';
import { refuse, type Refusal } from './refusal';

/** The page that an invitation's link leads to. */
const enrolPath = /\/enrol\/?$/;

const bad = (en: string, zh: string): Refusal => refuse('not-an-invitation', { reason: { en, zh } });

/**
 * Takes an invitation's link apart (client.ParseLink). Whether it still holds is for the ledger to say. Throws Refusal
 * not-an-invitation.
 */
export function readInvitation(link: string): Invitation {
  let url: URL;
  try {
    url = new URL(link.trim());
  } catch {
    throw bad('it does not look like https://HOST/enrol#…', '它不像 https://主机/enrol#…');
  }
  if (!/^https?:$/.test(url.protocol) || !enrolPath.test(url.pathname)) {
    throw bad('it does not look like https://HOST/enrol#…', '它不像 https://主机/enrol#…');
  }
  if (url.hash.length < 2) throw bad('it has no # part', '缺少 # 部分');
  const bytes = decode(url.hash.slice(1));
  const token = bytes && readJson(bytes);
  if (token === undefined) throw bad('its # part is damaged', '# 部分已损坏');
  const { k, net, invitation, organisation, role, name, expires } = token;
  const texts = [k, net, invitation, organisation, role, name, expires];
  if (texts.some((t) => typeof t !== 'string') || decode(k as string)?.length !== 32 || [net, invitation, organisation, role].includes('')) {
    throw bad('its # part lacks the key, the ledger, the invitation, the organisation or the role', '# 部分缺少密钥、账本、邀请、单位或角色');
  }
  return { k, net, invitation, organisation, role, name, expires, gateway: url.origin } as Invitation;
}
