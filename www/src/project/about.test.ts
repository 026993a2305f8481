import assert from "node:assert/strict";
import { test } from "node:test";
import { type About, picturesOf, withPictures } from "./about.ts";
import { clockText, secondsFrom } from "./clock.ts";

test("a picture is one, however often it is shown, and goes where its name does", () => {
  const about: About = {
    tags: { title: "A", covers: ["a.png", "gone.png"] },
    chapters: [
      { title: "One", offset: 0, image: "a.png" },
      { title: "Two", offset: 1, image: "b.jpg" },
      { title: "Three", offset: 2 },
    ],
  };
  assert.deepEqual(picturesOf(about), ["a.png", "gone.png", "b.jpg"]);
  assert.deepEqual(picturesOf({}), []);
  const ids = new Map([["a.png", "1"]]);
  assert.deepEqual(
    withPictures(about, (name) => ids.get(name)),
    {
      tags: { title: "A", covers: ["1"] },
      chapters: [
        { title: "One", offset: 0, image: "1" },
        { title: "Two", offset: 1 },
        { title: "Three", offset: 2 },
      ],
    },
  );
  assert.deepEqual(
    withPictures({ extension: "m4b" }, () => "x"),
    { extension: "m4b" },
  );
});

test("a place in time is read as it is written", () => {
  for (const [text, seconds] of [
    ["75", 75],
    [" 1:15 ", 75],
    ["1:02:03.5", 3723.5],
    ["0:04,25", 4.25],
  ] as const) {
    assert.equal(secondsFrom(text), seconds);
  }
  for (const text of ["", "a", "-1", "1:", ":5", "1:2:3:4", "1.2.3"]) assert.equal(secondsFrom(text), undefined, text);
  for (const [seconds, text] of [
    [0, "0:00"],
    [4.25, "0:04.25"],
    [600, "10:00"],
    [3723.456, "1:02:03.456"],
    [59.9999, "1:00"],
    [50, "0:50"],
  ] as const) {
    assert.equal(clockText(seconds), text);
  }
});
