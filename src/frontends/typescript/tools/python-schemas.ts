// Tools that a Python program describes in the form of a provider's API: dictionaries, typed dictionaries of an SDK, and classes of its
// own that write themselves down in that form.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import type { Value } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingClass } from '../scope.ts';
import { propertyName, strip, valueAt } from '../syntax.ts';
import { bare, type Definition, named, placeOfName, type Run } from './definition.ts';
import type { ToolParts } from './parts.ts';
import type { PythonTools } from './python.ts';
import { isStub } from './python-common.ts';
import type { Registries } from './registries.ts';
import { nameIn, type SchemaShape, shapeOf } from './schemas.ts';
import { CLIENT_TYPE } from './sources.ts';

/** Names that the provider gave to tools whose type the program keeps elsewhere. */
const CLIENT_NAME = /^(?:bash|computer|str_replace_(?:editor|based_edit_tool))$/;
const DEEPEST = 5;
const MOST_CLASSES = 200;

export class PythonSchemas {
  readonly #reading: Reading;
  readonly #parts: ToolParts;
  readonly #tools: PythonTools;
  readonly #registries: Registries;
  readonly #seen = new Set<ts.Node>();

  constructor(reading: Reading, parts: ToolParts, tools: PythonTools, registries: Registries) {
    this.#registries = registries;
    this.#reading = reading;
    this.#parts = parts;
    this.#tools = tools;
  }

  /** The descriptions in a file. */
  definitions(unit: Unit, ask: (question: () => void) => void): readonly Definition[] {
    const out: Definition[] = [];
    const inner = new Set<ts.Node>();
    walk(unit.ast, node => {
      if (!tsc.isObjectLiteralExpression(node) || inner.has(node)) return undefined;
      ask(() => {
        const shape = this.#shapeOf(node);
        if (shape === undefined) return;
        // The function inside of `{"type": "function", "function": {...}}` is no second tool.
        walk(node, below => {
          if (below !== node && tsc.isObjectLiteralExpression(below)) inner.add(below);
          return undefined;
        });
        out.push(...this.#described(node, shape));
      });
      return undefined;
    });
    return out;
  }

  #shapeOf(node: ts.ObjectLiteralExpression): SchemaShape | undefined {
    const shape = shapeOf(node);
    // `super().__init__(name=..., input_schema=...)`: the class is the tool, and its base writes it down.
    if (isKeywords(node) && tsc.isCallExpression(node.parent) && node.parent.expression.kind === tsc.SyntaxKind.SuperKeyword)
      return undefined;
    if (shape !== undefined) return shape.title === 'provider-hosted' ? this.#hosted(node, shape) : shape;
    const name = nameIn(node);
    if (name === undefined) return this.#ofProvider(node);
    const made = isKeywords(node) ? node.parent : undefined;
    if (made !== undefined) {
      const sdk = (tsc.isNewExpression(made) || tsc.isCallExpression(made)) && this.#isDescription(made.expression);
      return sdk ? { title: 'JSON schema', name } : undefined;
    }
    const schema = ['parameters', 'inputSchema'].map(key => strip(valueAt(node, key))).find(v => v !== undefined);
    if (schema === undefined || !this.#isJsonSchema(schema)) return undefined;
    return { title: 'JSON schema', name };
  }

  /** `{"type": "web_search_20250305", ...}`; other types of hosted tools are names of other things, too, so that only a list of tools tells. */
  #hosted(node: ts.ObjectLiteralExpression, shape: SchemaShape): SchemaShape | undefined {
    const type = shape.text ?? '';
    if (!tsc.isArrayLiteralExpression(node.parent) || !/_\d{8}$|^web_search_preview|^code_interpreter$|^image_generation$/.test(type))
      return undefined;
    const [name] = valueAt(node, 'name') === undefined ? [] : this.#parts.names(valueAt(node, 'name') as ts.Expression);
    return name === undefined ? shape : { ...shape, text: name.text };
  }

  /** `Tool(name=..., inputSchema=...)` of an MCP server, `FunctionDeclaration(...)`, `ToolParam(...)`. */
  #isDescription(callee: ts.Expression): boolean {
    return this.#reading.ev.values(callee).some(value => {
      if (value.kind !== 'foreign') return false;
      const step = value.steps.at(-1);
      const member = step?.kind === 'member' ? step.name : '';
      if (value.package === 'py:mcp' || value.package === 'py:fastmcp') return member === 'Tool';
      return (
        /^py:(?:google\.(?:genai|generativeai|ai)|vertexai|anthropic|openai|ollama|mistralai|cohere)/.test(value.package) &&
        /^(?:FunctionDeclaration|(?:Beta)?ToolParam|ToolDefinition|FunctionDefinition|Function|Tool|FunctionToolParam|FunctionTool)$/.test(
          member,
        )
      );
    });
  }

  #isJsonSchema(node: ts.Expression): boolean {
    return this.#reading.ev.values(node).some(value => {
      if (value.kind !== 'object') return false;
      const type = this.#reading.ev.member([value], 'type').flatMap(v => named(v));
      return type.some(t => /^object$/i.test(t.text)) || value.node.properties.some(p => propertyName(p) === 'properties');
    });
  }

  /** `{"type": self.api_type, "name": self.name}`: a tool that the provider defines and the program runs. */
  #ofProvider(node: ts.ObjectLiteralExpression): SchemaShape | undefined {
    const [type, name] = [strip(valueAt(node, 'type')), strip(valueAt(node, 'name'))];
    if (type === undefined || name === undefined || !isOwnField(type) || !isOwnField(name)) return undefined;
    const owner = enclosingClass(node);
    if (owner === undefined) return undefined;
    const below = [owner, ...this.#below(owner)];
    const typed = below.some(one =>
      this.#reading.ev
        .member([instanceOf(one)], (type as ts.PropertyAccessExpression).name.text)
        .some(v => named(v).some(t => CLIENT_TYPE.test(t.text) || CLIENT_NAME.test(t.text))),
    );
    return typed ? { title: 'tool type of the provider', name } : undefined;
  }

  #described(object: ts.ObjectLiteralExpression, shape: SchemaShape): readonly Definition[] {
    const node: ts.Node = isKeywords(object) ? object.parent : object;
    const { title } = shape;
    if (shape.text !== undefined && shape.known !== undefined) return [{ ...bare(node, shape.known), name: shape.text, title }];
    const field = strip(shape.name);
    const owner = enclosingClass(object);
    if (field !== undefined && owner !== undefined && isOwnField(field)) return this.#classes(owner, field.name.text, title);
    const options = [{ kind: 'object', node: object, frame: undefined }] as const;
    const told = this.#named(object, node, shape, options);
    return told.length > 0 || field === undefined || !tsc.isPropertyAccessExpression(field) ? told : this.#records(field, title);
  }

  /** `{"name": tool.name, ...} for tool in tools`, where the class of the tools holds data only: each that is made is a tool. */
  #records(field: ts.PropertyAccessExpression, title: string): readonly Definition[] {
    const made = this.#reading.ev.values(field.expression).flatMap(value => (value.kind === 'instance' ? [value.of] : []));
    const owners: readonly ts.ClassLikeDeclaration[] =
      made.length > 0 ? made : this.#registries.declaring(field.expression).filter(one => tsc.isClassDeclaration(one));
    return [...new Set(owners)].flatMap(owner => {
      if (this.#seen.has(owner) || this.#tools.runsOf(instanceOf(owner)).length > 0) return [];
      this.#seen.add(owner);
      return this.#uses(owner, id => tsc.isNewExpression(id.parent) && id.parent.expression === id).flatMap(({ parent }): Definition[] => {
        const made = parent as ts.NewExpression;
        const [name] = this.#reading.ev.member(this.#reading.ev.values(made), field.name.text).flatMap(v => named(v));
        return name === undefined ? [] : [{ ...bare(made), name: name.text, title, seen: 'dispatched' }];
      });
    });
  }

  #named(
    object: ts.ObjectLiteralExpression,
    node: ts.Node,
    { name, title }: SchemaShape,
    options: Definition['options'],
  ): readonly Definition[] {
    return this.#parts.names(name).flatMap(({ text, node: at, value }): Definition[] => {
      if (value?.kind === 'instance') return [...this.#instance(value, text, at, title)];
      // Written down from a tool that is declared elsewhere.
      if (value !== undefined && value.kind !== 'object') return [];
      const place = at === undefined ? object : placeOfName(object, at);
      const own = place === object;
      const runs = own ? this.#parts.functionsIn(object) : this.#parts.functionsIn(place);
      const likely = runs.length > 0 ? [] : this.#likely(text, object);
      return [
        {
          ...bare(own ? node : place),
          options,
          name: text,
          title,
          runs,
          seen: runs.length > 0 ? 'found' : 'dispatched',
          ...(likely.length > 0 ? { likely } : {}),
        },
      ];
    });
  }

  /** An object of a class of the repository that runs something: each such class is a tool, or each object that is made with a name. */
  #instance(value: Extract<Value, { kind: 'instance' }>, name: string, at: ts.Node | undefined, title: string): readonly Definition[] {
    if (this.#tools.baseOf(value.of) !== undefined) return [];
    const runs = this.#tools.runsOf(value);
    if (runs.length === 0) return [];
    let made: ts.Node | undefined = at;
    while (made !== undefined && !tsc.isNewExpression(made) && !tsc.isStatement(made) && !tsc.isClassLike(made)) made = made.parent;
    const node = made !== undefined && tsc.isNewExpression(made) ? made : value.of;
    return [{ node, name, maker: undefined, title, options: [value], call: undefined, runs, seen: 'found' }];
  }

  /** Where no dispatcher is seen: the function of the tool's own name, or what the class runs that holds the description. */
  #likely(name: string, object: ts.Node): readonly Run[] {
    const out: Run[] = [];
    const { program } = this.#reading;
    for (const id of program.identifiers(program.unitOf(object), name)) {
      const fn = id.parent;
      if ((tsc.isFunctionDeclaration(fn) || tsc.isMethodDeclaration(fn)) && fn.name === id && !isStub(fn)) out.push({ node: fn });
    }
    const owner = enclosingClass(object);
    return out.length > 0 || owner === undefined ? out : this.#tools.runsOf(instanceOf(owner));
  }

  // --- classes that describe themselves ------------------------------------------------------------------------------------------

  /** `{"name": self.name, "input_schema": ...}` in a class: it and the classes below it, each with the name that it gives itself. */
  #classes(owner: ts.ClassLikeDeclaration, field: string, title: string): readonly Definition[] {
    if (this.#seen.has(owner)) return [];
    this.#seen.add(owner);
    const out: Definition[] = [];
    const classes = [owner, ...this.#below(owner)];
    for (const one of classes) {
      // What gives itself no name and runs nothing of its own is the tool that it extends.
      if (one !== owner && !tells(one, field)) continue;
      const self = instanceOf(one);
      const runs = this.#tools.runsOf(self);
      const names = [...this.#reading.ev.member([self], field).flatMap(v => named(v)), ...this.#superNames(one, field)];
      const [name] = names;
      // A base class that runs nothing is no tool.
      if (one === owner && runs.length === 0 && classes.length > 1) continue;
      const calls = runs.some(run => /\.call_tool\(/.test(run.node.getText()));
      if (name === undefined && (one === owner || !calls)) continue;
      out.push({
        node: this.#namer(one, field),
        name: name?.text ?? '<dynamic: MCP>',
        maker: undefined,
        title,
        options: [self],
        call: undefined,
        runs,
        seen: runs.length > 0 ? 'found' : 'dispatched',
      });
    }
    return out;
  }

  /** The class that gives the name: several versions of one tool share it. */
  #namer(node: ts.ClassLikeDeclaration, field: string): ts.ClassLikeDeclaration {
    let at = node;
    for (let hops = 0; hops < DEEPEST && !tells(at, field); hops++) {
      const above = at.heritageClauses?.[0]?.types[0];
      const found = above === undefined ? undefined : this.#reading.ev.values(above.expression).find(v => v.kind === 'class');
      if (found?.kind !== 'class') return node;
      at = found.node;
    }
    return at;
  }

  /** `super().__init__(name="file_read", ...)` */
  #superNames(node: ts.ClassLikeDeclaration, field: string): ReturnType<typeof named> {
    const own = node.members.find(m => tsc.isConstructorDeclaration(m));
    const out: ReturnType<typeof named> = [];
    if (own === undefined) return out;
    walk(own, inner => {
      if (!tsc.isCallExpression(inner) || inner.expression.kind !== tsc.SyntaxKind.SuperKeyword) return undefined;
      const [first] = inner.arguments;
      for (const arg of inner.arguments) {
        const value = isKeywords(arg) ? valueAt(arg, field) : arg === first ? arg : undefined;
        if (value !== undefined) out.push(...this.#reading.ev.values(value).flatMap(v => named(v)));
      }
      return undefined;
    });
    return out;
  }

  /** The classes below a class, in its own file and in those that import it. */
  #below(owner: ts.ClassLikeDeclaration): readonly ts.ClassLikeDeclaration[] {
    const out = new Set<ts.ClassLikeDeclaration>();
    let ring: readonly ts.ClassLikeDeclaration[] = [owner];
    for (let depth = 0; depth < DEEPEST && ring.length > 0 && out.size < MOST_CLASSES; depth++) {
      const next = ring.flatMap(one => this.#extending(one)).filter(one => one !== owner && !out.has(one));
      for (const one of next) out.add(one);
      ring = next;
    }
    return [...out];
  }

  #extending(owner: ts.ClassLikeDeclaration): readonly ts.ClassLikeDeclaration[] {
    const above = (id: ts.Identifier): boolean => tsc.isExpressionWithTypeArguments(id.parent) && tsc.isClassLike(id.parent.parent.parent);
    return this.#uses(owner, above).map(id => id.parent.parent.parent as ts.ClassLikeDeclaration);
  }

  /** Where a class is named in a way that is asked for, in its own file and in those that import it. */
  #uses(owner: ts.ClassLikeDeclaration, asked: (id: ts.Identifier) => boolean): readonly ts.Identifier[] {
    const name = owner.name?.text;
    if (name === undefined) return [];
    const { index, program, inventory, ev } = this.#reading;
    const own = owner.getSourceFile().fileName;
    const users = new Set([own, ...index.importersOf(own)]);
    // A package hands on what its modules hold.
    for (const user of [...users]) if (user.endsWith('__init__.py')) for (const more of index.importersOf(user)) users.add(more);
    return [...users].flatMap(file => {
      if (inventory.roleOf(file) !== 'production' || !program.mentions(file, name)) return [];
      const unit = program.unit(file);
      return (unit === undefined ? [] : program.identifiers(unit, name)).filter(
        id => asked(id) && ev.values(id).some(v => v.kind === 'class' && v.node === owner),
      );
    });
  }
}

function instanceOf(node: ts.ClassLikeDeclaration): Value {
  return { kind: 'instance', of: node, args: undefined, frame: undefined };
}

/** Does a class give itself a name, or run something? */
function tells(node: ts.ClassLikeDeclaration, field: string): boolean {
  return node.members.some(m => tsc.isConstructorDeclaration(m) || propertyName(m) === field);
}

function isOwnField(node: ts.Expression): node is ts.PropertyAccessExpression {
  return tsc.isPropertyAccessExpression(node) && node.expression.kind === tsc.SyntaxKind.ThisKeyword;
}
