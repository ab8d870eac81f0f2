import { area } from './language.svelte';

/** The words of the ledger's blocks: what a transaction repeats, and by which rules events are judged. */
export const words = area(
  {
    repeated: 'Recorded before: no effect',
    repeatedSays: 'This transaction holds these events once more. Each counts where it was recorded first.',
    repeatedN: '{n} recorded before: no effect',
    recordedIn: 'Recorded in',
    inForce: 'Events are judged by protocol {n}. This gateway’s program knows {known}.',
    unknown: 'Events are judged by protocol {n}, which this gateway’s program does not know; it knows {known}. Its operators upgrade it.',
    vote: 'Open vote for protocol {n}: {voted} of {all} organisations ({names}). It holds once more than half have voted.',
    upgradeFirst: 'This gateway’s program does not know protocol {n} yet: upgrade it before it holds.',
  },
  {
    repeated: '此前已记录：不生效',
    repeatedSays: '本交易再次包含下列事件，均以首次记录为准。',
    repeatedN: '{n} 个此前已记录：不生效',
    recordedIn: '记录于',
    inForce: '事件按协议 {n} 判断。本网关的程序支持 {known}。',
    unknown: '事件按协议 {n} 判断，本网关的程序尚不支持；它支持 {known}。请其管理者升级。',
    vote: '协议 {n} 正在投票：{all} 个单位中已有 {voted} 个投票（{names}）。超过半数即生效。',
    upgradeFirst: '本网关的程序尚不支持协议 {n}：请在其生效前升级。',
  },
);
