// The public API: audit a repository, render a report, declare items, SDKs and formats. It returns data and never prints.
export { CHECKS } from '../checks/index.ts';
export { TEMPLATES } from '../templates/index.ts';
export { type AuditOptions, audit } from './audit.ts';
export * from './core/index.ts';
export { UserError } from './repository/errors.ts';
export { type Scan, scan } from './scan.ts';
