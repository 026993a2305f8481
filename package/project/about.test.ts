import assert from "node:assert/strict";
import { test } from "node:test";
import { type About, picturesOf, withPictures } from "./about.js";

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
