// The runner of the live audit: starts an agent beside a stand-in for its model provider and writes down what it does.
export { sweep } from './folder.ts';
export { isolation } from './isolation.ts';
export * from './job.ts';
export { startWorker, type WorkerOptions } from './start-worker.ts';
export { CONTROL } from './trial.ts';
