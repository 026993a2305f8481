/**
 * Several files as one: loaded only when somebody asks for it.
 *
 * By client-zip: it writes only what is needed here, in 6 KB and with nothing else: entries that are stored, for audio does
 * not get smaller, streamed from the files as they lie on disk, and of any size (Zip64).
 */
import { downloadZip } from "client-zip";

/** The files, under their names. */
export async function zipped(name: string, files: File[]): Promise<File> {
  const zip = await downloadZip(files).blob();
  return new File([zip], name, { type: "application/zip" });
}
