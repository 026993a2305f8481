// Joins files on disk, without a browser: node join.js one.wav two.mp3 …
import { exportFile } from "secuencia/node";

const files = process.argv.slice(2);
const result = await exportFile(
  { name: "Joined", gapSeconds: 0.25, clips: files.map((file) => ({ file })) },
  { onProgress: ({ completed, message }) => console.error(`${completed.toFixed(0)} %  ${message}`) },
);
console.log(`${result.path} lasts ${result.durationSeconds.toFixed(3)} s.`);
