// The TypeScript compiler that comes with ts-morph, loaded the quick way: an ES import of this CommonJS package has its ten
// megabytes scanned for export names first, which takes a tenth of a second. `tsc` are its functions, `ts` are its types.
import { createRequire } from 'node:module';
import type { ts as types } from 'ts-morph';

const loaded = createRequire(import.meta.url)('ts-morph') as { readonly ts: typeof types };

export const tsc = loaded.ts;
