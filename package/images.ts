/** Prepares pictures for the library: identifies them, and converts them to a kind that an M4A can contain. */
import { SecuenciaError } from "./errors.js";
import { exceptionOf, IS_GONE } from "./gone.js";

/** A picture's bytes and facts. */
export interface Picture {
  mimeType: "image/jpeg" | "image/png";
  width: number;
  height: number;
  bytes: Uint8Array;
}

/** The first bytes of the kinds that are kept: PNG (ISO/IEC 15948, 5.2) and JPEG (ISO/IEC 10918-1, B.1.1). */
const SIGNATURES = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
] as const;

/** The quality for converting opaque pictures, which are usually photographs: small, without visible loss. */
const JPEG_QUALITY = 0.92;

/** Reads a picture of any kind that the browser supports. PNG and JPEG are kept as they are; others are converted. */
export async function readPicture(content: Blob): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(content);
  } catch (cause) {
    const gone = await exceptionOf(content);
    if (gone !== undefined) {
      const called = content instanceof File ? content.name : "The picture";
      throw new SecuenciaError("invalid-image", `${called} ${IS_GONE}`, { cause: gone });
    }
    throw new SecuenciaError("invalid-image", "This is not a supported picture. Choose a PNG or a JPEG.", { cause });
  }
  try {
    const { width, height } = bitmap;
    const bytes = new Uint8Array(await content.arrayBuffer());
    const known = SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte));
    if (known) return { mimeType: known[0], width, height, bytes };
    const converted = await convert(bitmap);
    const mimeType = converted.type === "image/png" ? "image/png" : "image/jpeg";
    return { mimeType, width, height, bytes: new Uint8Array(await converted.arrayBuffer()) };
  } finally {
    bitmap.close();
  }
}

async function convert(bitmap: ImageBitmap): Promise<Blob> {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  if (!context)
    throw new SecuenciaError("invalid-image", "The picture is too large to be converted. Choose a smaller one.");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const isOpaque = data.every((value, index) => index % 4 !== 3 || value === 255);
  return canvas.convertToBlob(isOpaque ? { type: "image/jpeg", quality: JPEG_QUALITY } : { type: "image/png" });
}
