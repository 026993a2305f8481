import assert from "node:assert/strict";
import { test } from "node:test";
import { formatsOf } from "./formats.ts";

const [english, spanish] = [formatsOf("en"), formatsOf("es")];

test("clock times carry over at each unit, and keep their colons in any language", () => {
  const times = [0, 4.21, 59.96, 750, 3723.4];
  assert.deepEqual(times.map(english.clock), ["0:00.0", "0:04.2", "1:00.0", "12:30.0", "1:02:03.4"]);
  assert.deepEqual(times.map(spanish.clock), ["0:00,0", "0:04,2", "1:00,0", "12:30,0", "1:02:03,4"]);
});

test("lengths of time are said in their two largest units", () => {
  const times = [0.84, 59.7, 65, 7380];
  assert.deepEqual(times.map(english.time), ["0.8 seconds", "1 minute", "1 minute 5 seconds", "2 hours 3 minutes"]);
  assert.deepEqual(times.map(spanish.time), ["0,8 segundos", "1 minuto", "1 minuto 5 segundos", "2 horas 3 minutos"]);
});

test("time left is coarse", () => {
  const times = [3.2, 41, 62];
  assert.deepEqual(times.map(english.coarseTime), ["4 seconds", "45 seconds", "1 minute 15 seconds"]);
  assert.deepEqual(times.map(spanish.coarseTime), ["4 segundos", "45 segundos", "1 minuto 15 segundos"]);
});

test("sizes, figures and lists are written as in print", () => {
  assert.deepEqual([32_400, 1_420_000, 2.5e9].map(english.size), ["32 KB", "1.4 MB", "2.5 GB"]);
  assert.deepEqual([32_400, 1_420_000, 2.5e9].map(spanish.size), ["32 KB", "1,4 MB", "2,5 GB"]);
  assert.deepEqual([3600, 12_345, 0.25, -16].map(english.number), ["3,600", "12,345", "0.25", "−16"]);
  assert.deepEqual([3600, 12_345, 0.25, -16].map(spanish.number), ["3600", "12.345", "0,25", "−16"]);
  assert.deepEqual([-16, 3.44, -0.04, -0.16].map(english.decibels), ["−16.0", "3.4", "0.0", "−0.2"]);
  assert.deepEqual([-16, 3.44, -0.04, -0.16].map(spanish.decibels), ["−16,0", "3,4", "0,0", "−0,2"]);
  assert.deepEqual([640, 1].map(english.size), ["640 bytes", "1 byte"]);
  assert.equal(english.list(["tags", "covers", "chapters"]), "tags, covers, and chapters");
  assert.equal(spanish.list(["etiquetas", "imágenes"]), "etiquetas e imágenes");
});
