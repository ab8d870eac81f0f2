import { area } from './language.svelte';

/** The words of vouching for what a device signed before its end: in the protocol, an attestation. */
export const words = area(
  {
    title: 'Vouch for it',
    signedBy: 'Signed by {name} of {organisation} on {at}. The device ended on {end}.',
    says: 'Vouch for it only if you know that it was done before that. It is then recorded as what that device signed, with your signature beside it.',
    late: 'It was signed after that, so nobody can vouch for it. Whoever did it has to record it again with another device.',
    own: 'Devices of your organisation need somebody of another organisation to vouch for them.',
    other: 'Only {roles} can vouch for it under this rulebook.',
    reason: 'How do you know?',
    reasonNeeded: 'Say how you know. Everybody who looks at the record can read it.',
    do: 'Vouch and record',
  },
  {
    title: '为其作证',
    signedBy: '由{organisation}的 {name} 于 {at} 签名。该设备于 {end} 停用。',
    says: '只有在您确知其于停用前完成时才可作证。它将按该设备的签名上账，并附上您的签名。',
    late: '它在停用之后签名，任何人都不能作证；请由经办人用其他设备重新登记。',
    own: '本单位的设备须由其他单位人员作证。',
    other: '按本规则手册，只有{roles}可以作证。',
    reason: '您如何得知？',
    reasonNeeded: '请说明如何得知。查看记录的人都能看到。',
    do: '作证并登记',
  },
);
