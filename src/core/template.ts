// What an output format is: a function of the report.
import type { Report } from './report.ts';

/** How the text will be shown. A format that is read by machines ignores it. */
export interface Look {
  /** Width of the terminal, in columns. */
  readonly columns: number;
  /** 0: no colour; 1 to 3: as chalk's levels. */
  readonly colour: 0 | 1 | 2 | 3;
  /** May symbols beyond ASCII be used? */
  readonly unicode: boolean;
  /** Show every item and finding, passes included. */
  readonly verbose: boolean;
}

export interface Template {
  /** The word after `--format`. */
  readonly id: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** The whole text, with a final line feed. */
  readonly render: (report: Report, look: Look) => string;
}

/** Declares an output format. */
export function defineTemplate(template: Template): Template {
  return template;
}
