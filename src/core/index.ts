// The words of the product, gathered: types and pure functions. Nothing here touches the world.
export * from './answer.ts';
export * from './assess.ts';
export * from './check.ts';
export * from './checklist.ts';
export * from './fact.ts';
export * from './fact-path.ts';
export * from './fact-secret.ts';
export * from './fact-telemetry.ts';
export * from './fact-test.ts';
export * from './fact-tool.ts';
export * from './fingerprint.ts';
export * from './location.ts';
export * from './report.ts';
export * from './rule.ts';
<<<<<<< HEAD
<<<<<<< HEAD
export * from './rule-test.ts';
=======
export * from './rule-limit.ts';
>>>>>>> h/limits
=======
export * from './rule-telemetry.ts';
>>>>>>> h/observe
export * from './sdk.ts';
export * from './sdk-stainless.ts';
export * from './template.ts';
export { type Basis, type Evidence, type Status, sumUp, type Verdict, weakest, weigh, weighLine } from './weigh.ts';
