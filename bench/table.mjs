/** Returns a Markdown table. Columns are `[name, read]`, where `read` returns a row's cell. */
export function table(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(([name]) => name)),
    line(columns.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows.map((row) => line(columns.map(([, read]) => read(row) ?? ""))),
  ].join("\n");
}

/** Formats bytes as megabytes; empty for no value. */
export const megabytes = (bytes, digits = 0) => bytes && (bytes / 1e6).toFixed(digits);
