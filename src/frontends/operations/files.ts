// The files that can hold alerts, dashboards, routes, releases or pages about them: chosen by ending and a cheap look at the text,
// parsed once, each document of a file for itself.
import type { CodeRole, Location } from '../../core/index.ts';
import { type Inventory, parseYaml } from '../../repository/index.ts';

export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface Doc {
  readonly file: string;
  /** The text of the whole file. */
  readonly text: string;
  /** Where in the text this document begins. */
  readonly from: number;
  readonly value: unknown;
  /** Values are filled in by a template before it is used. */
  readonly templated: boolean;
}

const YAML_GATE =
  /(?:^|\s|["'{,-])(?:alert|alertname|expr|rule_files|scrape_configs|receivers|contactPoints|setWeight|stepWeights?|maxWeight|canary-weight|providers|grafana_dashboard|crons?|percent|weight|DeploymentPreference|DashboardBody)["']?:|AWS::(?:CloudWatch|CodeDeploy|Scheduler|Events)|PrometheusServiceLevel|ServiceLevelObjective|pagerduty\.com\//m;
/** What nobody but this frontend would miss. */
const OURS = /^\s*(?:-\s+)?(?:alert|rule_files|scrape_configs|setWeight|contactPoints):/m;
const TERRAFORM_GATE =
  /resource\s+"(?:aws_cloudwatch_|aws_ce_|aws_budgets_|aws_lambda_alias|aws_codedeploy_|aws_bedrockagent_|aws_sns_topic_subscription|datadog_|grafana_|google_monitoring_|google_cloud_run|azurerm_monitor_|newrelic_|sentry_|honeycombio_|pagerduty_|opsgenie_|vercel_|incident_)/;
/** JSON is large and seldom about operations: a name must say so. */
const JSON_NAME =
  /(?:dashboard|grafana|monitor|observab|datadog|cloudwatch|alert|panel|template|telemetry|metrics)[^/]*(?:\/.*)?\.json$|(?:^|\/)vercel\.json$/i;
const JSON_GATE = /"(?:panels|elements|AWSTemplateFormatVersion|Resources|widgets|crons|templateVariables|options|query)"\s*:/;
const LARGEST = 4 * 1024 * 1024;
const MOST_FILES = 4000;
const MOST_DOCS = 60;

export const isCompose = (file: string): boolean => /(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/.test(file);
export const isLock = (file: string): boolean => /(?:^|\/)(?:pnpm-lock\.ya?ml|package-lock\.json|[^/]*\.lock)$/.test(file);

/** All documents of YAML and JSON that may matter, and the texts of the Terraform files. */
export function readFiles(inventory: Inventory): { docs: Doc[]; terraform: Source[]; variables: Source[] } {
  const docs: Doc[] = [];
  const terraform: Source[] = [];
  const variables: Source[] = [];
  let files = 0;
  for (const file of inventory.files) {
    if (isLock(file) || files > MOST_FILES) continue;
    if (/\.ya?ml$/.test(file)) {
      files++;
      const text = inventory.read(file);
      if (text !== undefined && text.length <= LARGEST && (isCompose(file) || YAML_GATE.test(text)))
        docs.push(...documents(inventory, file, text));
    } else if (file.endsWith('.tf')) {
      files++;
      const text = inventory.read(file);
      if (text === undefined || text.length > LARGEST) continue;
      if (TERRAFORM_GATE.test(text)) terraform.push({ file, text });
      if (/^variable\s+"/m.test(text)) variables.push({ file, text });
    } else if (JSON_NAME.test(file)) {
      const found = inventory.peek(file, LARGEST);
      if (found.kind === 'text' && JSON_GATE.test(found.text)) docs.push(...json(file, found.text));
    }
  }
  return { docs, terraform, variables: terraform.length === 0 ? [] : variables };
}

function documents(inventory: Inventory, file: string, text: string): Doc[] {
  const helm = /\{\{-?\s*(?:if|range|with|end|define|include|\.Values|\.Release|\.Files)\b/.test(text);
  const readable = helm ? rendered(text) : text;
  const out: Doc[] = [];
  let from = 0;
  for (const part of readable.split(/^---[ \t]*(?:#.*)?$/m).slice(0, MOST_DOCS)) {
    // Of a file with many documents only those are parsed that can matter.
    if (isCompose(file) || YAML_GATE.test(part)) {
      const result = parseYaml(part);
      if (result.kind === 'value') out.push({ file, text, from: helm ? 0 : from, value: result.value, templated: helm });
      // A file that holds alerts or a release and cannot be read must not look like one that holds none.
      else if (OURS.test(part)) inventory.giveUp(file, result.reason);
    }
    from += part.length + 3;
  }
  return out;
}

/** A Helm template as YAML, nearly: lines that only steer are dropped, values become words. Line numbers stay. */
function rendered(text: string): string {
  return text
    .replace(/^[ \t]*\{\{-?[^{}]*-?\}\}[ \t]*$/gm, '')
    .replace(/\{\{\s*"\{\{"\s*\}\}|\{\{`[^`]*`\}\}/g, 'filled')
    .replace(/([<>=]\s*)\{\{[^{}]{0,300}\}\}/g, '$11')
    .replace(/\{\{[^{}]{0,300}\}\}/g, 'filled');
}

function json(file: string, text: string): Doc[] {
  try {
    return [{ file, text, from: 0, value: JSON.parse(text), templated: false }];
  } catch {
    return [];
  }
}

/** Finds places in a text, one after the other: names that come twice are found twice. */
export class Places {
  readonly #text: string;
  readonly #file: string;
  readonly #seen = new Map<string, number>();
  #lastAt = 0;
  #lastLine = 1;

  constructor(doc: { readonly file: string; readonly text: string; readonly from?: number }) {
    this.#text = doc.text;
    this.#file = doc.file;
    this.#lastAt = 0;
    this.start = doc.from ?? 0;
  }

  readonly start: number;

  /** The place of the next occurrence of the first of these texts that occurs. */
  of(...needles: readonly string[]): Location {
    for (const needle of needles) {
      const key = needle.slice(0, 120);
      const found = key === '' ? -1 : this.#text.indexOf(key, this.#seen.get(key) ?? this.start);
      if (found < 0) continue;
      this.#seen.set(key, found + key.length);
      return { file: this.#file, line: this.#lineAt(found) };
    }
    return { file: this.#file, line: this.#lineAt(this.start) };
  }

  #lineAt(at: number): number {
    if (at < this.#lastAt) {
      this.#lastAt = 0;
      this.#lastLine = 1;
    }
    for (let i = this.#text.indexOf('\n', this.#lastAt); i >= 0 && i < at; i = this.#text.indexOf('\n', i + 1)) {
      this.#lastLine++;
      this.#lastAt = i + 1;
    }
    return this.#lastLine;
  }
}

/** Dictionaries somewhere in a value that satisfy a test, the outer ones first; those inside a found one are left alone. */
export function findAll(
  value: unknown,
  test: (dict: Readonly<Record<string, unknown>>) => boolean,
  deepest = 12,
): Record<string, unknown>[] {
  const out: Record<string, unknown>[] = [];
  let left = 20_000;
  const visit = (one: unknown, depth: number): void => {
    if (depth > deepest || --left < 0 || typeof one !== 'object' || one === null) return;
    if (Array.isArray(one)) {
      for (const item of one.slice(0, 2000)) visit(item, depth + 1);
      return;
    }
    const dict = one as Record<string, unknown>;
    if (test(dict)) out.push(dict);
    else for (const inner of Object.values(dict)) visit(inner, depth + 1);
  };
  visit(value, 0);
  return out;
}

/** The role of a configuration: alerts below `docs` or `test` are no alerts of production; those in a folder of scripts are. */
export function roleOfConfig(inventory: Inventory, file: string): CodeRole {
  const role = inventory.roleOf(file);
  return role === 'script' ? 'production' : role;
}
