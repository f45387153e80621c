// Starts a trial and tells when it runs; made to be killed.
import { startWorker } from '../../../dist/src/live/index.js';

const [, , job, options] = process.argv;
await startWorker(JSON.parse(job), JSON.parse(options));
