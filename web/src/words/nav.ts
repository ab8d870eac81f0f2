import { area } from './language.svelte';

/** The groups of the desk's pages, and what the person does with the account. */
export const words = area(
  {
    works: 'Records', doing: 'Tasks', checking: 'Checks', ledger: 'Ledger and people', rest: 'More pages', account: 'Account',
    signOut: 'Sign out', signOutSays: 'Sign out of this gateway? This browser keeps its key: it signs in again by itself when a page that needs it is opened.', signedOut: 'You are signed out', signIn: 'Sign in', device: 'This browser’s device',
  },
  {
    works: '台账', doing: '办理', checking: '核查', ledger: '账本与人员', rest: '其他页面', account: '账户',
    signOut: '退出登录', signOutSays: '退出本网关的登录？本浏览器保留其密钥：打开需要登录的页面时会自动重新登录。', signedOut: '您已退出登录', signIn: '登录', device: '本浏览器的设备',
  },
);
