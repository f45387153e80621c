#!/usr/bin/env node
import { failedToPrint, main } from '../dist/src/cli/main.js';

const code = await main(process.argv.slice(2));
process.exitCode = failedToPrint() ? 2 : code;
process.on('exit', () => {
  if (failedToPrint()) process.exitCode = 2;
});
