/**
 * Prepares pictures for the library: reads their size before anything decodes them, converts them to a kind that an M4A
 * can contain, and leaves out what they tell about their maker. Loaded with the first picture.
 */
import { IS_GONE } from "./gone.js";
import { MOST_PICTURE_BYTES, MOST_PIXELS } from "./limits.js";
import { withoutPrivate } from "./pictures/private.js";
import { sizeOf } from "./pictures/size.js";

/** A picture's bytes and facts. */
export interface Picture {
  mimeType: "image/jpeg" | "image/png";
  width: number;
  height: number;
  bytes: Uint8Array;
}

/** Why a picture is refused, as a sentence. */
export interface PictureFault {
  fault: string;
  cause?: unknown;
}

/** The quality for converting opaque pictures, which are usually photographs: small, without visible loss. */
const JPEG_QUALITY = 0.92;

const UNSUPPORTED = "This is not a supported picture. Choose a PNG or a JPEG.";

/**
 * Reads a picture of any kind that the browser supports. PNG and JPEG keep their pixels as they are; others are
 * converted.
 */
export async function readPicture(content: Blob): Promise<Picture | PictureFault> {
  const large = tooLarge(content);
  if (large) return large;
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await content.arrayBuffer());
  } catch (cause) {
    return { fault: `${content instanceof File ? content.name : "The picture"} ${IS_GONE}`, cause };
  }
  const stated = sizeOf(bytes);
  if (!stated) return { fault: UNSUPPORTED };
  if (stated.width * stated.height > MOST_PIXELS) return tooManyPixels(stated);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(content);
  } catch (cause) {
    return { fault: UNSUPPORTED, cause };
  }
  try {
    const { width, height } = bitmap;
    if (stated.mimeType) return { mimeType: stated.mimeType, width, height, bytes: withoutPrivate(bytes) };
    const converted = await convert(bitmap);
    const mimeType = converted.type === "image/png" ? "image/png" : "image/jpeg";
    return { mimeType, width, height, bytes: new Uint8Array(await converted.arrayBuffer()) };
  } catch (cause) {
    return { fault: "The picture is too large to be converted. Choose a smaller one.", cause };
  } finally {
    bitmap.close();
  }
}

/** Returns the fault of a picture whose file is too large. */
export function tooLarge({ size }: Blob): PictureFault | undefined {
  if (size <= MOST_PICTURE_BYTES) return undefined;
  const [has, most] = [size, MOST_PICTURE_BYTES].map((bytes) => Math.ceil(bytes / 2 ** 20));
  return { fault: `The picture has ${has} MB, which is more than ${most} MB. Choose a smaller one.` };
}

/** Returns the fault of a picture with too many pixels. */
export function tooManyPixels({ width, height }: { width: number; height: number }): PictureFault {
  const most = MOST_PIXELS / 1e6;
  return {
    fault: `The picture has ${width} × ${height} pixels, which is more than ${most} million. Choose a smaller one.`,
  };
}

async function convert(bitmap: ImageBitmap): Promise<Blob> {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the canvas has no context");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const isOpaque = data.every((value, index) => index % 4 !== 3 || value === 255);
  return canvas.convertToBlob(isOpaque ? { type: "image/jpeg", quality: JPEG_QUALITY } : { type: "image/png" });
}
