// The value of --format: a format's name, and the file it goes to.
import { TEMPLATES } from '../../templates/index.ts';
import { nearest } from '../core/nearest.ts';
import { UserError } from '../repository/errors.ts';

export interface Target {
  readonly format: string;
  /** undefined: standard output. */
  readonly file: string | undefined;
}

/** Known formats. The registry loads a template only when it is asked for, so `--help` stays quick. */
export const FORMATS: readonly string[] = TEMPLATES.map(template => template.id);
export const FORMAT_HELP = FORMATS.join(', ');

/**
 * Reads the --format values. Standard output takes one format, so that a machine can read it.
 * @throws UserError for an unknown format, a missing file name, or two formats for standard output
 */
export function targetsOf(values: readonly string[]): Target[] {
  const targets = (values.length === 0 ? ['terminal'] : values).map(value => {
    const at = value.indexOf('=');
    const format = at < 0 ? value : value.slice(0, at);
    const file = at < 0 ? undefined : value.slice(at + 1);
    if (!FORMATS.includes(format)) {
      throw new UserError(`--format ${format} does not exist${nearest(format, FORMATS)}; there are ${FORMAT_HELP}.`);
    }
    if (file === '')
      throw new UserError(`--format ${format}= names no file; write --format ${format}=FILE, or leave the = out for standard output.`);
    return { format, file };
  });
  const printed = targets.filter(target => target.file === undefined);
  if (printed.length > 1) {
    const names = printed.map(target => target.format).join(' and ');
    throw new UserError(
      `${names} cannot both go to standard output; give all but one a file, for example --format ${printed[1]?.format}=FILE.`,
    );
  }
  const files = targets.flatMap(target => target.file ?? []);
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined) throw new UserError(`Two formats are both to be written to "${twice}"; give each a file of its own.`);
  return targets;
}
