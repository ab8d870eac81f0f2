import { limits } from './limits';

const form = new RegExp(`^[a-z0-9][a-z0-9.+-]*(/[a-z0-9][a-z0-9.+-]*){0,${limits.placeParts - 1}}$`);

/** Whether a text can name a place, as rootline.ValidPlaceID has it. */
export const isPlaceId = (id: string): boolean => id.length <= limits.placeID && form.test(id);
