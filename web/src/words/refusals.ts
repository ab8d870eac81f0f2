import { area } from './language.svelte';

/** The words of the list of refusals. */
export const words = area(
  {
    title: 'Refusals', says: 'What this gateway refused, newest first: who sent it, and why. The content of an event stays on its device, where it can be corrected and sent again. Events not signed by an enrolled device are only counted.',
    when: 'Refused', who: 'Device', what: 'What', item: 'Item', why: 'Why', none: 'Nothing was refused', oneDevice: 'Device {name}', clause: 'Clause',
  },
  {
    title: '拒收记录', says: '本网关拒收的事件，最新的在前：谁发送的、为何被拒。事件内容留在其设备上，可更正后重新发送。未经注册设备签名的事件只计数。',
    when: '拒收时间', who: '设备', what: '操作', item: '物品', why: '原因', none: '没有被拒收的事件', oneDevice: '设备 {name}', clause: '条款',
  },
);
