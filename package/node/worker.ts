/** The worker's script for a thread of Node: the browsers' own, after what a thread lacks. */
import "./thread.js";
import "../workers/worker.js";
