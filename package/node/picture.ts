/**
 * Reads a picture's kind and size, as Node decodes no pictures: a PNG or a JPEG keeps its pixels as they are, others
 * are refused. The build gives this module to Node in place of `images.ts`.
 */
import { imageSize } from "image-size";
import { type Picture, type PictureFault, tooLarge, tooManyPixels } from "../images.js";
import { MOST_PIXELS } from "../limits.js";
import { withoutPrivate } from "../pictures/private.js";

const TYPES: Record<string, Picture["mimeType"]> = { png: "image/png", jpg: "image/jpeg" };

/** Orientations of Exif from this one on turn the picture by a quarter, and so swap its sides. */
const FIRST_TURNED = 5;

/** Reads a PNG or a JPEG. Its size is the one at which it is shown. */
export async function readPicture(content: Blob): Promise<Picture | PictureFault> {
  const large = tooLarge(content);
  if (large) return large;
  const bytes = new Uint8Array(await content.arrayBuffer());
  const found = sizeOf(bytes);
  const mimeType = found?.type && TYPES[found.type];
  if (!found || !mimeType) return { fault: "This is not a supported picture. Choose a PNG or a JPEG." };
  const { width, height, orientation = 1 } = found;
  if (width * height > MOST_PIXELS) return tooManyPixels({ width, height });
  const shown = orientation < FIRST_TURNED ? { width, height } : { width: height, height: width };
  return { mimeType, ...shown, bytes: withoutPrivate(bytes) };
}

function sizeOf(bytes: Uint8Array) {
  try {
    return imageSize(bytes);
  } catch {
    return undefined;
  }
}
