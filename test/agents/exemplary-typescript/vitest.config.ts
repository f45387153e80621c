// Each file of tests gets a process of its own: settings and limits are read once for each.
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/**/*.test.ts'], isolate: true } });
