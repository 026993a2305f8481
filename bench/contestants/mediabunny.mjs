/** mediabunny with its AAC encoder, in its own worker. */
export async function prepare(job) {
  const worker = new Worker("/pages/mediabunny-worker.js", { type: "module" });
  await answer(worker);
  return async () => {
    worker.postMessage(job);
    return { file: await answer(worker) };
  };
}

function answer(worker) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data?.failed ? reject(new Error(data.failed)) : resolve(data));
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}
