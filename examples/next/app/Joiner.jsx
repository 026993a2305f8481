"use client";
import { useEffect, useRef, useState } from "react";
import { exportClips } from "secuencia";

/** Joins the picked files, and offers the result. Leaving the page's part cancels a running export. */
export function Joiner() {
  const [files, setFiles] = useState([]);
  const [status, setStatus] = useState("");
  const [download, setDownload] = useState();
  const job = useRef();

  useEffect(() => () => job.current?.abort(), []);
  useEffect(() => () => download && URL.revokeObjectURL(download.href), [download]);

  async function join() {
    job.current = new AbortController();
    const { signal } = job.current;
    try {
      const { file, durationSeconds } = await exportClips(files, {
        name: "Joined",
        gapSeconds: 0.25,
        signal,
        onProgress: ({ message }) => setStatus(message),
      });
      setDownload({ href: URL.createObjectURL(file), name: file.name });
      setStatus(`${file.name} lasts ${durationSeconds.toFixed(3)} s.`);
    } catch (error) {
      if (!signal.aborted) setStatus(error.message);
    }
  }

  return (
    <main>
      <h1>Join audio, with Next</h1>
      <p>
        <label>
          Audio files, in order:{" "}
          <input id="files" type="file" multiple onChange={({ target }) => setFiles([...target.files])} />
        </label>
      </p>
      <p>
        <button id="export" type="button" onClick={join}>
          Export
        </button>
      </p>
      <p id="status" role="status">
        {status}
      </p>
      <p id="result">
        {download && (
          <a href={download.href} download={download.name}>
            Download
          </a>
        )}
      </p>
    </main>
  );
}
