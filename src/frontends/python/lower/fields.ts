// Classes that only list their fields: dataclasses, pydantic models, settings and their like.
import { field, kids, type PyNode } from '../tree.ts';

/** Bases whose constructor takes the fields of the class. */
export const FIELD_BASES =
  /(?:^|\.)(?:BaseModel|BaseSettings|SQLModel|NamedTuple|Struct|Schema|GenericModel|[A-Za-z]*(?:Model|Settings|Request|Response|Config|State))$/;

export interface Field {
  readonly name: string;
  readonly type: PyNode | undefined;
  readonly value: PyNode | undefined;
}

/** The annotated fields of a class body, those of the class itself left out. */
export function fieldsOf(text: string, body: PyNode): readonly Field[] {
  return kids(body).flatMap((statement): Field[] => {
    const assignment = statement.kind === 'expression_statement' ? kids(statement)[0] : undefined;
    const left = assignment?.kind === 'assignment' ? field(assignment, 'left') : undefined;
    const type = assignment === undefined ? undefined : field(assignment, 'type');
    if (assignment === undefined || left?.kind !== 'identifier' || type === undefined) return [];
    if (/ClassVar/.test(text.slice(type.from, type.to))) return [];
    return [{ name: text.slice(left.from, left.to), type, value: field(assignment, 'right') }];
  });
}
