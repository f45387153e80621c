// Models of pydantic that a request is checked with: the parameter of a handler that a web framework fills, and models that the code fills
// with a request by itself. The schema of a model is its static member (frontends/python/lower/schema.ts).
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { typeValue } from '../evaluator/types.ts';
import type { Value } from '../evaluator/values.ts';
import { sortOfPackage } from '../paths/frameworks-python.ts';
import type { Scope } from '../paths/paths.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';

/** A schema that is applied in a function on the way, or before it. */
export interface Model {
  readonly scope: Scope;
  readonly node: ts.Node;
  readonly schema: readonly Value[];
}

const CHECKS = /^(?:model_validate|model_validate_json|parse_obj|parse_raw)$/;
/** Web frameworks that fill parameters by their types. */
const BY_TYPE = /^py:(?:fastapi|litestar|starlite|ninja|robyn|blacksheep|flask_openapi3)$/;

/** The models on the way to the model calls. */
export function modelsOf(reading: Reading): readonly Model[] {
  const { ev, paths, inventory, program } = reading;
  const out: Model[] = [];
  const ask = (question: () => void): void => ev.budget.ask(question, () => {});
  for (const { scope, registration } of paths.entries) {
    if (registration === undefined || !isFunctionNode(scope) || !isPython(scope)) continue;
    ask(() => {
      const by = ev
        .values(registration.expression)
        .some(v => v.kind === 'foreign' && BY_TYPE.test(v.package) && sortOfPackage(v.package) === 'http');
      if (!by) return;
      for (const parameter of scope.parameters) {
        const value = parameter.type === undefined ? undefined : typeValue(ev, program.unitOf(parameter), parameter.type);
        const schema = value?.kind === 'instance' ? schemaOfClass(reading, value.of) : undefined;
        if (schema !== undefined) out.push({ scope, node: parameter, schema });
      }
    });
  }
  for (const scope of paths.leads.keys()) {
    const file = scope.getSourceFile().fileName;
    if (!isPythonFile(file) || inventory.roleOf(file) !== 'production' || !isFunctionNode(scope) || scope.body === undefined) continue;
    walk(scope.body, node => {
      if (isFunctionNode(node)) return 'skip';
      if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression) || !CHECKS.test(node.expression.name.text))
        return undefined;
      const { expression } = node.expression;
      ask(() => {
        for (const value of ev.values(expression)) {
          const schema = value.kind === 'class' ? schemaOfClass(reading, value.node) : undefined;
          if (schema !== undefined) out.push({ scope, node, schema });
        }
      });
      return undefined;
    });
  }
  return out;
}

function schemaOfClass({ ev }: Reading, node: ts.ClassLikeDeclaration): readonly Value[] | undefined {
  const schema = ev.member([{ kind: 'class', node, frame: undefined }], '__schema');
  return schema.some(v => v.kind === 'foreign' && v.package === 'zod') ? schema : undefined;
}
