import { area } from './language.svelte';

/** The words of binding a tag, and of replacing one. */
export const words = area(
  {
    title: 'Bind this tag',
    says: 'Scan the item that the tag {code} goes on.',
    scan: 'Scan the item',
    same: 'That is the tag itself. Scan the item’s other code.',
    unknown: 'Nobody knows this code. Scan the item’s own code or another tag on it.',
    choose: 'What happens to the tag',
    none: 'Your role cannot bind or replace a tag on this item in its state.',
    another: 'Scan another item',
  },
  {
    title: '绑定此标牌',
    says: '请扫描要安装标牌 {code} 的物件。',
    scan: '扫描物件',
    same: '这是标牌本身。请扫描物件的其他编码。',
    unknown: '查无此编码。请扫描物件本身的编码或其上的其他标牌。',
    choose: '标牌操作',
    none: '以您的角色，不能在该物件当前状态下绑定或更换标牌。',
    another: '扫描其他物件',
  },
);
