import { area } from './language.svelte';

/** The words of choosing a place by what it is called, and of a place's own page. */
export const words = area(
  {
    hint: 'Plot 9-14', none: 'No place has this name', which: 'Which one?', unknown: 'A place that is not on record', here: 'What is here', plan: 'Plan against actual', people: 'Who worked here most recently', photos: 'Photos', late: 'Waiting longest', latest: 'Recorded here most recently', nothing: 'Nothing is recorded here yet.', noPhotos: 'No photo is recorded here yet.', days: 'for {age}', audit: 'Audit this place', files: 'Photos and reports', noFiles: 'No photo and no report is on record.',
  },
  {
    hint: '9-14 小班', none: '没有这个名称的部位', which: '是哪一个？', unknown: '未登记的部位', here: '此处现有', plan: '计划与实际', people: '最近在此作业', photos: '照片', late: '等待最久', latest: '此处最近登记', nothing: '此处尚无登记。', noPhotos: '此处尚无照片。', days: '已 {age}', audit: '核查此部位', files: '照片与报告', noFiles: '尚无照片或报告记录。',
  },
);
