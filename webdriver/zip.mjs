/** Writes zips as any zip program makes them, and tells where each field is, so that a test can spoil it. */
import { crc32, deflateRawSync } from "node:zlib";

/** The fields of each header, with their sizes in bytes (APPNOTE 4.3.7, 4.3.12, 4.3.16). */
const LOCAL = {
  ...{ signature: 4, version: 2, flags: 2, method: 2, time: 2, date: 2, crc: 4, packed: 4, size: 4 },
  ...{ nameLength: 2, extraLength: 2 },
};
const CENTRAL = {
  ...{ signature: 4, maker: 2, version: 2, flags: 2, method: 2, time: 2, date: 2, crc: 4, packed: 4, size: 4 },
  ...{ nameLength: 2, extraLength: 2, commentLength: 2, disk: 2, internal: 2, attributes: 4, offset: 4 },
};
const END = {
  ...{ signature: 4, disk: 2, firstDisk: 2, countHere: 2, count: 2, directoryBytes: 4, directoryOffset: 4 },
  ...{ commentLength: 2 },
};
const UTF_8 = 1 << 11;

/**
 * Makes a zip of files.
 *
 * @param {{ path: string | Buffer, content: Buffer | string, isStored?: boolean }[]} files their paths may repeat
 * @returns {{ bytes: Buffer, fields: { name: string, at: number, size: number }[] }} `fields` are those of all headers
 */
export function zipOf(files) {
  const [parts, fields] = [[], []];
  let length = 0;
  const put = (bytes) => {
    parts.push(bytes);
    length += bytes.length;
  };
  const putHeader = (kind, layout, values) => {
    for (const [name, size] of Object.entries(layout)) {
      const field = Buffer.alloc(size);
      field.writeUIntLE(values[name] ?? 0, 0, size);
      fields.push({ name: `${kind} ${name}`, at: length, size });
      put(field);
    }
  };
  const entries = files.map(({ path, content, isStored = false }) => {
    const [name, whole] = [Buffer.from(path), Buffer.from(content)];
    const data = isStored ? whole : deflateRawSync(whole);
    const values = {
      ...{ version: 20, flags: UTF_8, method: isStored ? 0 : 8, crc: crc32(whole), packed: data.length },
      ...{ size: whole.length, nameLength: name.length, offset: length },
    };
    putHeader("local", LOCAL, { signature: 0x04034b50, ...values });
    put(name);
    put(data);
    return { name, values };
  });
  const directoryOffset = length;
  for (const { name, values } of entries) {
    putHeader("central", CENTRAL, { signature: 0x02014b50, maker: 20, ...values });
    put(name);
  }
  const count = entries.length;
  const directoryBytes = length - directoryOffset;
  putHeader("end", END, { signature: 0x06054b50, countHere: count, count, directoryBytes, directoryOffset });
  return { bytes: Buffer.concat(parts), fields };
}
