import { area } from './language.svelte';

/** The words of binding a tag, and of replacing one. */
export const words = area(
  {
    title: 'Bind this tag',
    says: 'Scan the item that gets the tag {code}.',
    scan: 'Scan the item',
    same: 'That is the tag itself. Scan the item’s other code.',
    unknown: 'This code is not on record. Scan the item’s own code or another tag on it.',
    choose: 'What happens to the tag',
    none: 'Your role cannot bind or replace a tag on this item in its state.',
    another: 'Scan another item',
  },
  {
    title: '绑定此标签',
    says: '请扫描要安装标签 {code} 的物品。',
    scan: '扫描物品',
    same: '这是标签本身。请扫描物品的其他编码。',
    unknown: '查无此编码。请扫描物品本身的编码或其上的其他标签。',
    choose: '标签操作',
    none: '以您的角色，不能在该物品当前状态下绑定或更换标签。',
    another: '扫描其他物品',
  },
);
