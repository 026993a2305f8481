/**
 * The check of a library's assets: which cannot be used as they are, and why. It promises to blame no asset that is
 * added, replaced or removed while it looks.
 */
import { reviving } from "./errors.js";
import type { AssetDetails, AssetFault } from "./types.js";
import type { PageLibrary } from "./workers/page.js";

/** Adds a content, and replaces the asset with its ID. */
type Add = (content: Blob, details: AssetDetails) => Promise<unknown>;

/** Checks every asset, mends damaged records, and removes contents without a record. Returns the faults. */
export async function checkAssets(page: PageLibrary, add: Add): Promise<AssetFault[]> {
  await reviving(page.removeStrays());
  // Assets that are added meanwhile have no record in the list, which is therefore read first.
  const records = await reviving(page.assetRecords());
  const usable = new Set((await reviving(page.assets())).map(({ id }) => id));
  const faults: AssetFault[] = [];
  for (const record of records) {
    const id = fieldOf(record, "id");
    const content = await reviving(page.content(id));
    const isWhole = usable.has(id) && content?.size === (record.bytes ?? content?.size);
    const fault = content && isWhole ? undefined : await faultOf(id, page, add);
    if (fault) faults.push(fault);
  }
  return faults;
}

/** Looks at one asset anew, since it may have been removed or replaced a moment ago. Mends a damaged record. */
async function faultOf(id: string, page: PageLibrary, add: Add): Promise<AssetFault | undefined> {
  const record = (await reviving(page.assetRecords())).find((one) => fieldOf(one, "id") === id);
  if (!record) return undefined;
  const isUsable = (await reviving(page.assets())).some((asset) => asset.id === id);
  const content = await reviving(page.content(id));
  const fault = { assetId: id, name: fieldOf(record, "name"), isMended: false };
  if (!isUsable) {
    const details = { id, name: fault.name, text: fieldOf(record, "text"), voice: fieldOf(record, "voice") };
    const isMended = content ? await add(content, details).then(Boolean, () => false) : false;
    return { ...fault, kind: "damaged-record", isMended };
  }
  if (!content) return { ...fault, kind: "missing-content" };
  return content.size === (record.bytes ?? content.size) ? undefined : { ...fault, kind: "wrong-size" };
}

/** A text of a record that may be damaged. */
function fieldOf(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  return typeof value === "string" ? value : "";
}
