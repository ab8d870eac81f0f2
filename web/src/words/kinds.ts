import { area } from './language.svelte';

/** What is odd about a finding, by its kind: Finding.kind of the API. */
export const words = area(
  {
    'judged-otherwise': 'the ledger accepted an event that this gateway refuses',
    'writes-differ': 'what was written is not what its events result in',
    unreadable: 'a valid transaction that cannot be read',
    'foreign-writes': 'something else wrote to the record',
    quarantined: 'a transaction that ended this gateway three times, not judged here',
    'broken-chain': 'a block that does not continue the chain',
    'unverified-block': 'a block that does not verify',
    'unknown-protocol': 'rules that this gateway’s program does not know',
    'verdict-differs': 'the peer gives a wrong verdict on a transaction',
    'commit-hash-differs': 'two organisations’ peers disagree on what took effect',
    'not-recomputed': 'only the peer says whether it is valid',
    'channel-configuration': 'the channel’s configuration was changed',
    'seen-other-block': 'names a block that this ledger does not have before it',
    'claimed-ahead': 'says it was done after it was recorded',
    'time-apart': 'its time lies apart from its neighbours’',
    'signed-after-end': 'was signed after the device’s end',
    'list-mismatch': 'a file does not hold the codes that its event commits to',
    other: 'something does not agree',
  },
  {
    'judged-otherwise': '账本接受了本网关拒绝的事件',
    'writes-differ': '写入的内容与事件应有的结果不符',
    unreadable: '有效交易无法读取',
    'foreign-writes': '其他途径写入了记录',
    quarantined: '该交易三次使本网关中断，在此未作复核',
    'broken-chain': '有区块未接续前一区块',
    'unverified-block': '有区块未通过验证',
    'unknown-protocol': '本网关程序尚不认识的规则',
    'verdict-differs': '节点对交易的有效性判定有误',
    'commit-hash-differs': '两个单位的节点对已生效的交易意见不一',
    'not-recomputed': '交易是否有效仅凭节点所言',
    'channel-configuration': '通道配置已变更',
    'seen-other-block': '所称区块在本账本此前并不存在',
    'claimed-ahead': '操作时间晚于上账时间',
    'time-apart': '交易时间与相邻交易相差过大',
    'signed-after-end': '在设备停用之后签名',
    'list-mismatch': '文件中的编码与事件所承诺的不符',
    other: '有内容不一致',
  },
);

/** The words for a kind of finding; a kind that these pages do not know yet has general ones. */
export const whatIsOdd = (kind: string): string => words.say(kind in words.en ? (kind as keyof typeof words.en) : 'other');
