import { area } from './language.svelte';

/** The words that both apps use everywhere. */
export const words = area(
  {
    back: 'Back',
    loading: 'One moment.',
    yes: 'Yes',
    no: 'No',

    seconds: '{n} s',
    minutes: '{n} min',
    hours: '{n} h',
    days: '{n} d',
    someOrganisation: 'an organisation of the works',
    commonRules: 'Common rules',
    rulesVersion: '{title}, version {version}',
    justNow: 'just now',
    ago: '{age} ago',
  },
  {
    back: '返回',
    loading: '请稍候。',
    yes: '是',
    no: '否',

    seconds: '{n} 秒',
    minutes: '{n} 分钟',
    hours: '{n} 小时',
    days: '{n} 天',
    someOrganisation: '某参建单位',
    commonRules: '通用规则',
    rulesVersion: '{title} 第 {version} 版',
    justNow: '刚刚',
    ago: '{age}前',
  },
);
