import { area } from './language.svelte';

/** What holds an item up, as its card in the field says: recalls, and signers who are still to come. */
export const words = area(
  {
    frozen: 'Frozen by a recall',
    certain: 'Nothing can be recorded on it until it is released from the recall, except what the rulebook allows.',
    possible: 'It may contain some of what was recalled. Nothing can be recorded on it until it is released from the recall, except what the rulebook allows.',
    reason: 'Reason: {reason}',
    until: 'Your organisation is to acknowledge by {when}.',
    overdue: 'Your organisation was to acknowledge by {when}.',
    acknowledge: 'Acknowledge the recall',
    acknowledging: 'Recording',
    acknowledged: 'Your organisation has acknowledged the recall.',
    waits: '{title}: waiting for signatures',
    signed: 'Signed: {who}',
    left: 'Still to sign: {who}',
  },
  {
    frozen: '已被召回冻结',
    certain: '解除之前，除规则手册允许的操作外不得登记。',
    possible: '可能含有被召回的材料。解除之前，除规则手册允许的操作外不得登记。',
    reason: '原因：{reason}',
    until: '本单位应于 {when} 前确认。',
    overdue: '本单位应于 {when} 前确认，现已逾期。',
    acknowledge: '确认召回',
    acknowledging: '正在登记',
    acknowledged: '本单位已确认该召回。',
    waits: '{title}：待签认',
    signed: '已签：{who}',
    left: '待签：{who}',
  },
);
