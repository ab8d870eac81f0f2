import type { Text } from './types';

/** The plain form of a refusal, as it travels in JSON and is kept with a queued event. */
export interface RefusalShape {
  readonly code: string;
  readonly says: Text;
  /** JSON pointer of the offending member of the event: "/data/height". */
  readonly field?: string;
  /** The rule that refused: "forestation@1/tree/plant/outside-plot". */
  readonly rule?: string;
  /** The clause of the standard or contract behind the rule. */
  readonly clause?: Text;
  /** When the device that asks came to its end, by the ledger. */
  readonly ended?: string;
}

/** What more is known of a refusal besides its words. */
export interface RefusalDetails {
  readonly field?: string | undefined;
  readonly rule?: string | undefined;
  readonly clause?: Text | undefined;
  readonly ended?: string | undefined;
  /** The HTTP status, where a gateway answered. */
  readonly status?: number | undefined;
  /** Seconds after which it is worth trying again. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** Every error that a person sees: a stable code, what went wrong and the way out in both languages. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly says: Text;
  readonly field?: string;
  readonly rule?: string;
  readonly clause?: Text;
  readonly ended?: string;
  readonly status?: number;
  readonly retryAfter?: number;

  constructor(code: string, says: Text, details: RefusalDetails = {}) {
    super(`${code}: ${says.en}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.says = says;
    if (details.field !== undefined) this.field = details.field;
    if (details.rule !== undefined) this.rule = details.rule;
    if (details.clause !== undefined) this.clause = details.clause;
    if (details.ended !== undefined) this.ended = details.ended;
    if (details.status !== undefined) this.status = details.status;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }

  /** The plain form, for keeping and for sending between a page and its worker. */
  shape(): RefusalShape {
    return {
      code: this.code,
      says: { en: this.says.en, zh: this.says.zh },
      ...(this.field !== undefined && { field: this.field }),
      ...(this.rule !== undefined && { rule: this.rule }),
      ...(this.clause !== undefined && { clause: { en: this.clause.en, zh: this.clause.zh } }),
      ...(this.ended !== undefined && { ended: this.ended }),
    };
  }

  static of(shape: RefusalShape, status?: number): Refusal {
    return new Refusal(shape.code, shape.says, { ...shape, status });
  }
}

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;
const isText = (v: unknown): v is Text => isRecord(v) && typeof v.en === 'string' && typeof v.zh === 'string';
const both = (s: string): Text => ({ en: s, zh: s });

/** Reads a refusal that came over the network; undefined when it is none. A clause in one language stands for both. */
export function readRefusal(v: unknown): RefusalShape | undefined {
  if (!isRecord(v) || typeof v.code !== 'string' || v.code === '') return undefined;
  const { code, says, detail, field, rule, clause, ended } = v;
  return {
    code,
    says: isText(says) ? { en: says.en, zh: says.zh } : both(typeof detail === 'string' ? detail : code),
    ...(typeof field === 'string' && field !== '' && { field }),
    ...(typeof rule === 'string' && rule !== '' && { rule }),
    ...(typeof ended === 'string' && Number.isFinite(Date.parse(ended)) && { ended }),
    ...(isText(clause) ? { clause } : typeof clause === 'string' && clause !== '' && { clause: both(clause) }),
  };
}

export const isRefusal = (e: unknown, code?: string): e is Refusal =>
  e instanceof Refusal && (code === undefined || e.code === code);

/** What is no refusal is a fault of the program; a person is told so without its insides. */
export function refusalOf(e: unknown): Refusal {
  if (e instanceof Refusal) return e;
  return refuse('internal', {}, e);
}

/** The refusals that this page makes itself. The ledger's and the gateway's own bring their words with them. */
const catalogue = {
  unreachable: {
    en: 'The gateway does not answer. What is in the queue is kept on this device and is sent when there is a network.',
    zh: '网关没有响应。待传内容保存在本机，联网后自动发送。',
  },
  'not-a-gateway': {
    en: 'What answered is not a Rootline gateway; perhaps a network asks you to sign in first. Open another page to see.',
    zh: '响应方不是 Rootline 网关；可能是网络要求先登录。请打开其他网页查看。',
  },
  internal: {
    en: 'Something went wrong in this app. Nothing that is queued is lost. Reload the page; if it comes again, report it.',
    zh: '应用内部出错。已排队的内容不会丢失。请重新加载；若再次出现，请报告。',
  },
  'not-an-invitation': {
    en: 'This is not the link of an invitation: {reason}. Open it again whole, with what follows the #, or scan its QR code.',
    zh: '这不是邀请链接：{reason}。请连同 # 之后的内容完整打开，或扫描其二维码。',
  },
  'invitation-expired': {
    en: 'This invitation ended at {at}. Ask the person who invited you for a new one.',
    zh: '该邀请已于 {at} 失效。请向邀请人索取新的邀请。',
  },
  'wrong-net': {
    en: 'The invitation is for another ledger than this gateway’s. Open the link at the gateway that it names.',
    zh: '该邀请属于另一账本，与本网关不符。请在链接所指的网关打开。',
  },
  'not-final': {
    en: 'The gateway has it, and the ledger has not recorded it yet. Open the same invitation again on this device in a moment; nothing is lost.',
    zh: '网关已收到，账本尚未记录。请稍后在本机再次打开同一邀请；不会丢失。',
  },
  'not-confirmed': {
    en: 'Not confirmed: the gateway did not say in time that the ledger has it. Nothing of it is kept here. Look whether it took hold, and do it again if it did not.',
    zh: '未确认：网关未及时答复账本是否已记录。本机不保留此操作。请查看是否已生效，若未生效请重做。',
  },
  'no-crypto': {
    en: 'This browser has no keys here (WebCrypto). Open the page over https, in a current browser.',
    zh: '浏览器在此无法使用密钥（WebCrypto）。请用较新的浏览器，通过 https 打开本页。',
  },
  'sign-in-needed': {
    en: 'The gateway wants this device to sign in again, and that did not work. Try again in a moment.',
    zh: '网关要求本设备重新登录，但未成功。请稍后重试。',
  },
  'no-device': {
    en: 'This phone is not enrolled here yet. Open your invitation’s link, or scan its QR code.',
    zh: '本机尚未在此注册。请打开邀请链接或扫描其二维码。',
  },
  'device-revoked': {
    en: 'This device was revoked. It can no longer sign. What is queued stays here; export it and give it to your supervisor.',
    zh: '本设备已被吊销，不能再签名。排队的内容仍保留在此；请导出并交给监理。',
  },
  'device-expired': {
    en: 'This device’s time ended. Ask your admin to renew it. What is queued stays here and is sent after that.',
    zh: '本设备有效期已到。请管理员续期。排队的内容保留在此，续期后发送。',
  },
  'device-storage-full': {
    en: 'This device has no room left for it: nothing of it was kept, and nothing else was lost. Send or export the queue, or free space on the phone, then do it again.',
    zh: '本机存储空间不足：本次内容未保存，其他内容没有丢失。请先发送或导出待传内容，或释放手机空间，然后重做。',
  },
  'storage-broken': {
    en: 'The browser does not let this page keep anything. Leave the private window, or allow storage for this site.',
    zh: '浏览器不允许本页保存数据。请退出无痕窗口，或允许本站存储。',
  },
  'storage-newer': {
    en: 'A newer version of this app is open in another tab. Reload this page.',
    zh: '另一标签页正在使用新版应用。请重新加载本页。',
  },
  'malformed-event': {
    en: 'This cannot be signed: {reason}.',
    zh: '无法签名：{reason}。',
  },
  'photo-missing': {
    en: 'A photo or file that this act names is not on this device. Discard the act and do it again with a new one.',
    zh: '本机没有该操作所引用的照片或文件。请丢弃该操作，重新添加后再做。',
  },
  'not-refused': {
    en: 'Only what was refused can be discarded. This is still on its way to the ledger.',
    zh: '只能丢弃被拒绝的内容。该内容仍在发往账本途中。',
  },
  'not-in-queue': {
    en: 'This is not in the queue any more.',
    zh: '待传内容中已没有此项。',
  },
  'not-an-export': {
    en: 'This file is not an exported queue, or it is damaged: {reason}. Nothing of it was taken.',
    zh: '该文件不是导出的待传文件，或已损坏：{reason}。未导入任何内容。',
  },
  'too-many-taken': {
    en: '{n} are taken along already. Remove one of them under More.',
    zh: '随身带走的已达 {n} 项，请先在“更多”中移除一项。',
  },
  'not-kept': {
    en: 'There is no network, and this is not kept on this device. Look again when there is a network.',
    zh: '没有网络，且本机未保存该内容。请联网后再查看。',
  },
} as const;

export type OwnCode = keyof typeof catalogue;

/**
 * Makes a refusal of this page's own. {names} in its words are filled in, each with the same text in both languages or
 * with one for each.
 */
export function refuse(code: OwnCode, values: Readonly<Record<string, string | Text>> = {}, cause?: unknown, field?: string): Refusal {
  const fill = (language: 'en' | 'zh'): string =>
    catalogue[code][language].replace(/\{(\w+)\}/g, (hole, name: string) => {
      const value = values[name];
      return typeof value === 'string' ? value : (value?.[language] ?? hole);
    });
  return new Refusal(code, { en: fill('en'), zh: fill('zh') }, { cause, field });
}
