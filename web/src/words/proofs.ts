import { area } from './language.svelte';

/** The words of proofs of sets. */
export const words = area(
  {
    take: 'Download proof', says: 'A list of everything that matches, signed by several organisations, that anybody can verify without this gateway',
    waiting: 'Waiting for other proofs to be ready…', proving: 'Proving each item: {done} of {total}…', signing: 'Listing the items; other organisations’ gateways compare and sign…',
    cancel: 'Cancel', failed: 'No proof could be made', ready: '{n:item|items}, as of block {block}: signed by {signed} of {all} organisations', fewer: 'The published anchor asks for {k} organisations. Whoever verifies this has to accept fewer.',
    rests: 'The list rests on what these organisations’ gateways hold. The proof of each item is stronger.', again: 'Save the file', drop: 'Remove it', whole: 'With each item’s own proof (ZIP, up to 500 items; the verifier takes it as it is)', where: 'Verify it at /verify/',
    signed: 'signed', differs: 'finds another list ({n:item|items})', silent: 'did not answer', elsewhere: 'was not at the same block', refuses: 'refused: {why}', forged: 'its signature is not valid', 'no-address': 'the address of its gateway is not known here',
  },
  {
    take: '下载证明', says: '符合条件的全部物品的清单，由多个单位签名，任何人不经此网关即可核验',
    waiting: '等待其他证明完成……', proving: '正在逐件证明：{done} / {total}……', signing: '正在列出物品；其他单位的网关正在比对并签名……',
    cancel: '取消', failed: '未能生成证明', ready: '{n} 件物品，截至区块 {block}：{all} 个单位中有 {signed} 个签名', fewer: '公布的信任锚要求 {k} 个单位。核验者须接受较少的单位。',
    rests: '清单依据这些单位网关所存的内容。每件物品自身的证明效力更强。', again: '保存文件', drop: '删除', whole: '附每件物品自身的证明（ZIP，最多 500 件；核验时无需解压）', where: '在 /verify/ 核验',
    signed: '已签名', differs: '其清单不同（{n} 件）', silent: '未答复', elsewhere: '不在同一区块', refuses: '拒绝：{why}', forged: '其签名无效', 'no-address': '本网关不知道其网关地址',
  },
);
