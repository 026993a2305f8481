import assert from "node:assert/strict";
import { test } from "node:test";
import { differences } from "./check-declarations.mjs";

/** As wasm-bindgen writes it. */
const MADE = `
/**
 * A library; \`export function not(a)\` is in a comment.
 */
export class Library {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    build(head: any, clips: Function, on_progress?: Function | null): Promise<any>;
    close(): void;
    static open(database: string): Promise<Library>;
}

export function blame(): any;

export function start(): void;

export type InitInput = RequestInfo | URL;

export interface InitOutput {
    readonly blame: () => [number, number, number];
}
`;

const STATED = `
import type { Clip } from "./types.js";
export default function init(): Promise<unknown>;

export class Library {
  static open(database: string): Promise<Library>;
  /** Builds it. */
  build(
    head: { id: string; of: Record<string, Clip> },
    clips: (index: number, again?: boolean) => Clip,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Clip>;
  close(): void;
}

export function blame(): Clip | undefined;
`;

test("declarations with the same calls pass, whatever shapes they name", () => {
  assert.deepEqual(differences(MADE, STATED), []);
});

test("each difference is named", () => {
  for (const [from, to, sentence] of [
    ["close(): void;", "", /Library\.close is not declared/],
    ["close(): void;", "close(): void;\n  shut(): void;", /Library\.shut is declared .* not there/],
    ["close(): void;", "close(now: boolean): void;", /Library\.close is declared as \(required\)/],
    ["close(): void;", "close(): Promise<void>;", /Library\.close is declared as \(\) → promise; it is \(\) → value/],
    ["onProgress?:", "onProgress:", /Library\.build is declared as \(required, required, required\)/],
    ["static open", "open", /Library::open is not declared/],
    ["Promise<Clip>", "Clip", /Library\.build is declared .* → value/],
    ["export function blame(): Clip | undefined;", "", /blame is not declared/],
    ["blame()", "blame(clip: Clip)", /blame is declared as \(required\)/],
    ["class Library", "class Shelf", /Library.build is not declared/],
  ]) {
    assert.ok(STATED.includes(from), from);
    assert.match(differences(MADE, STATED.replace(from, to)).join("\n"), sentence);
  }
});
