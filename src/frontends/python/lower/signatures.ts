// The parameters of a file's functions, methods and classes in their order, so that keyword arguments of calls to them can be put in place.
import { field, kids, type PyNode } from '../tree.ts';
import { FIELD_BASES, fieldsOf } from './fields.ts';
import { parameterName, parametersOf } from './names.ts';

/** By name: `ask`, `Client` for its constructor, `Client.ask` for a method, whose `self` is left out. */
export type Signatures = ReadonlyMap<string, readonly string[]>;

/** Reads the signatures of a parsed file. */
export function signaturesOf(text: string, root: PyNode): Signatures {
  const out = new Map<string, readonly string[]>();
  const visit = (node: PyNode, owner: string): void => {
    for (const statement of kids(node)) {
      const decorated = statement.kind === 'decorated_definition';
      const definition = decorated ? field(statement, 'definition') : statement;
      const name = definition === undefined ? undefined : field(definition, 'name');
      if (definition === undefined || name === undefined) continue;
      const said = text.slice(name.from, name.to);
      if (definition.kind === 'function_definition') {
        const names = positional(text, definition);
        if (names === undefined) continue;
        const isStatic = decorated && /@staticmethod/.test(text.slice(statement.from, definition.from));
        const own = owner !== '' && !isStatic ? names.slice(1) : names;
        if (owner !== '' && said === '__init__') out.set(owner, own);
        else out.set(owner === '' ? said : `${owner}.${said}`, own);
      } else if (definition.kind === 'class_definition' && owner === '') {
        const body = field(definition, 'body');
        if (body === undefined) continue;
        const bases = kids(field(definition, 'superclasses') ?? { ...definition, children: [] });
        const listed =
          (decorated && /dataclass|\bdefine\b|attr\.s|\bfrozen\b|mutable/.test(text.slice(statement.from, definition.from))) ||
          bases.some(base => FIELD_BASES.test(text.slice(base.from, base.to)));
        const fields = fieldsOf(text, body);
        if (listed && fields.length > 0)
          out.set(
            said,
            fields.map(one => one.name),
          );
        visit(body, said);
      }
    }
  };
  visit(root, '');
  return out;
}

/** The names of the parameters, or undefined where some collect what is left. */
function positional(text: string, node: PyNode): readonly string[] | undefined {
  const out: string[] = [];
  for (const parameter of parametersOf(node)) {
    if (parameter.kind === 'keyword_separator' || parameter.kind === 'positional_separator') continue;
    const inner = parameter.kind === 'typed_parameter' ? kids(parameter)[0] : parameter;
    if (inner?.kind === 'list_splat_pattern' || inner?.kind === 'dictionary_splat_pattern') return undefined;
    const name = parameterName(text, parameter);
    if (name === undefined) return undefined;
    out.push(name);
  }
  return out;
}
