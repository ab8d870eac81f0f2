import { area } from './language.svelte';

/** The words of saved views. */
export const words = area(
  {
    title: 'Saved views', save: 'Save this view', rename: 'Rename', remove: 'Remove', copy: 'Copy address',
    saveTitle: 'Save this view', renameTitle: 'Rename this view', says: 'Filter, order and columns are kept under this name in this browser. Whoever has the address of a view can open it.',
    name: 'Name', keep: 'Save', needed: 'Give it a name.', taken: 'There is a view of this name.', notKept: 'This browser keeps nothing. Copy the address instead.',
    saved: '“{name}” is saved.', removed: '“{name}” is removed.', copied: 'Address copied.', notCopied: 'The browser did not allow it. Copy the address from its bar.',
  },
  {
    title: '已存视图', save: '保存此视图', rename: '重命名', remove: '移除', copy: '复制网址',
    saveTitle: '保存此视图', renameTitle: '重命名此视图', says: '筛选、排序和列以此名称保存在本浏览器。持有视图网址的人都可打开。',
    name: '名称', keep: '保存', needed: '请填写名称。', taken: '已有同名视图。', notKept: '本浏览器不保存数据，请改为复制网址。',
    saved: '已保存“{name}”。', removed: '已移除“{name}”。', copied: '网址已复制。', notCopied: '浏览器未允许，请从地址栏复制。',
  },
);
