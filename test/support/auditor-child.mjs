// Audits what it is told to, in a process that may be killed when it does not come to an end. Its parent is auditor.ts.
import { audit } from '../../dist/src/audit.js';
import { template as json } from '../../dist/templates/json.js';
import { template as markdown } from '../../dist/templates/markdown.js';
import { template as terminal } from '../../dist/templates/terminal.js';

const look = { columns: 80, colour: 0, unicode: true, verbose: true };

process.on('message', async ({ root }) => {
  const start = performance.now();
  try {
    const report = await audit(root);
    const texts = { json: json.render(report, look), markdown: markdown.render(report, look), terminal: terminal.render(report, look) };
    // A report too large to hand over is a finding in itself.
    const size = texts.json.length;
    const kept = size > 50_000_000 ? { ...texts, json: '' } : texts;
    process.send({ kind: 'report', report: size > 50_000_000 ? undefined : report, size, ...kept, ms: performance.now() - start });
  } catch (error) {
    process.send({ kind: 'refused', name: error.name, message: error.message, stack: error.stack, ms: performance.now() - start });
  }
});

process.send({ kind: 'ready' });
