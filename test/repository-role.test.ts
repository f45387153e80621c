// What a path says about the code in it, each word with its near misses.
import { expect, test } from 'vitest';
import { openRoles, roleOf } from '../src/repository/role.ts';

const EXAMPLES = {
  test: `src/agent.test.ts src/agent.spec.tsx src/__tests__/agent.ts test/agent.ts src/test/java/Agent.ts packages/a/tests/x.ts e2e/x.ts
    cypress/x.ts src/__mocks__/openai.ts Button.stories.tsx fixtures/a.ts app.e2e-spec.ts test_agent.py agent_test.py conftest.py backend/tests/unit/helpers.py locustfile.py
    vitest.setup.ts app/api/chat/route.test.ts`,
  eval: `evals/run.ts eval/run.ts src/evaluation/x.ts summary.eval.ts benchmarks/speed.ts __tests__/evals/a.test.ts examples/evals/a.ts run-evals.ts`,
  script: `scripts/import.ts packages/a/scripts/x.ts src/scripts/x.ts .github/x.js tools/scripts/x.ts prisma/seed.ts seed-db.ts db/seedUsers.ts
    db/migrations/001.ts vite.config.ts packages/a/drizzle.config.mjs vitest.config.ts noxfile.py setup.py alembic/env.py notebooks/try.py`,
  example: `examples/a.ts example/a.ts packages/a/examples/x.ts docs/snippet.ts apps/docs/app/page.tsx samples/x.ts cookbook/x.ts demo/index.ts
    examples/chat/src/agent.ts`,
  production: `src/latest.ts contest/a.ts attestation.ts test-drive/a.ts src/main/java/Agent.ts src/testimonials.ts retest/x.ts spec.ts
    src/evaluator.ts evaluate/x.ts medieval/x.ts tools/search.ts tools/postgres.ts scripting/x.ts description/x.ts src/seedance.ts seedling.ts
    app/docs/page.tsx src/demo/x.ts src/examples/few-shot.ts sample.ts counterexamples/x.ts agent.config.ts src/openai.config.ts templates/mail.ts
    app/api/test/route.ts src/app/evals/page.tsx src/routes/demo/+server.ts tests-runner/agent.ts demos.ts protest_march.py contest.py app/setup.py app/alembics.py`,
};

test.each(Object.entries(EXAMPLES).flatMap(([role, files]) => files.split(/\s+/).map(file => [file, role])))('%s is %s', (file, role) => {
  expect(roleOf(file ?? '')).toBe(role);
});

test('where there is nothing but examples, they are the product', () => {
  const files = ['examples/shop/agent.ts', 'examples/shop/agent.test.ts', 'README.md', 'vite.config.ts'];
  expect(files.map(openRoles(files, ['', 'examples/shop']))).toEqual(['production', 'test', 'production', 'script']);
  expect(openRoles([...files, 'src/index.ts'], [''])('examples/shop/agent.ts')).toBe('example');
});

test('a demo that is the only package demonstrates nothing else', () => {
  expect(openRoles(['demo/agent.ts', 'model.py'], ['demo'])('demo/agent.ts')).toBe('production');
  expect(openRoles(['demo/agent.ts', 'model.py'], ['', 'demo'])('demo/agent.ts')).toBe('example');
});

test('templates are examples when they are whole projects', () => {
  const role = openRoles(['templates/next/src/agent.ts', 'templates/mail.ts', 'cli.ts'], ['', 'templates/next']);
  expect(role('templates/next/src/agent.ts')).toBe('example');
  expect(role('templates/mail.ts')).toBe('production');
});
