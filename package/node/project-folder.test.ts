import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openProjectFolder } from "./project-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "secuencia-folder-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const PATH = "Ångström/Café.wav";

test("a file is found whose name the project has composed, as é, and the disk apart, as Macs do, or the other way", async () => {
  for (const [onDisk, stated] of [
    ["NFD", "NFC"],
    ["NFC", "NFD"],
  ]) {
    const [here, there] = [PATH.normalize(onDisk), PATH.normalize(stated)];
    const base = join(folder, onDisk as string);
    mkdirSync(join(base, here, ".."), { recursive: true });
    writeFileSync(join(base, here), "audio");
    writeFileSync(join(base, "project.json"), JSON.stringify({ name: "Names", clips: [{ file: there }] }));
    const { pathOf } = await openProjectFolder(join(base, "project.json"));
    assert.ok(existsSync(pathOf(there)), `${onDisk} on the disk`);
  }
});

test("a file that is not there is named as the project names it", async () => {
  writeFileSync(join(folder, "gone.json"), JSON.stringify({ name: "Gone", clips: [{ file: "no/such.wav" }] }));
  await assert.rejects(openProjectFolder(join(folder, "gone.json")), /There is no audio file “.*no\/such\.wav”\./);
});
