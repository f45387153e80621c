// Lets the scripts of this folder import the TypeScript of this repository: Vite comes with vitest, and reads it.
import { createServer } from 'vite';

const vite = await createServer({
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});

/** The module of a path relative to this folder. */
export const load = path => vite.ssrLoadModule(new URL(path, import.meta.url).pathname);

/** Must be called for the process to end. */
export const close = () => vite.close();
