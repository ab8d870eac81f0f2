import { area } from './language.svelte';

/** The words of what is around me. */
export const words = area(
  {
    title: 'Near me',
    map: 'Map of the plots and items that are kept on this phone',
    nothing: 'No item that is kept on this phone lies within {n} m.',
    keep: 'Keep a plot under More',
    within: '{n} m away',
    radius: 'Within',
    metres: '{n} m',
    list: 'Items around me',
    most: 'The nearest {n} are shown.',
    noPlots: 'No plot is kept on this phone yet.',
    locate: 'Show where I am',
  },
  {
    title: '附近',
    map: '保存在本机的地块和物件地图',
    nothing: '{n} 米内没有保存在本机的物件。',
    keep: '到“更多”中保存地块',
    within: '相距 {n} 米',
    radius: '范围',
    metres: '{n} 米',
    list: '我周围的物件',
    most: '只显示最近的 {n} 个。',
    noPlots: '本机尚未保存任何地块。',
    locate: '显示我的位置',
  },
);
