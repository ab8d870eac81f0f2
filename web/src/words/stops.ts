import { area } from './language.svelte';

/** Why a gateway does not read blocks on, by the names that its answers give: BlockRef.stopped. */
export const words = area(
  {
    'broken-chain': 'a block does not continue the chain',
    'unverified-block': 'a block does not verify',
    'unknown-protocol': 'the gateway’s program does not know the ledger’s protocol yet',
    'peer-unreachable': 'the organisation’s peer does not answer',
    'read-model': 'the gateway cannot write what it reads',
    rebuilding: 'the gateway builds its read model anew from blocks',
    other: 'blocks are not read on',
  },
  {
    'broken-chain': '有区块未接续前一区块',
    'unverified-block': '有区块未通过验证',
    'unknown-protocol': '网关程序尚不认识账本的协议',
    'peer-unreachable': '本单位的节点没有应答',
    'read-model': '网关无法写入所读取的内容',
    rebuilding: '网关正在根据区块重建查询数据库',
    other: '区块未继续读取',
  },
);

const known = ['broken-chain', 'unverified-block', 'unknown-protocol', 'peer-unreachable', 'read-model', 'rebuilding'] as const;

/** The words for a reason. */
export const whyStopped = (stopped: string): string => words.say(known.find((name) => name === stopped) ?? 'other');
