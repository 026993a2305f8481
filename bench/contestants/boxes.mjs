/** Lists the top-level boxes of an MP4 file as `[name, offset]` (ISO/IEC 14496-12, 4.2). */
export async function boxesOf(file) {
  const boxes = [];
  for (let at = 0; at < file.size; ) {
    const head = new DataView(await file.slice(at, at + 16).arrayBuffer());
    const short = head.getUint32(0);
    boxes.push([String.fromCharCode(...[4, 5, 6, 7].map((i) => head.getUint8(i))), at]);
    // Size 1: the real size follows in eight bytes. Size 0: the box extends to the end of the file.
    at += short === 1 ? Number(head.getBigUint64(8)) : short || file.size - at;
  }
  return boxes;
}
