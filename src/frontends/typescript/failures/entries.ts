// What stands at the beginning of a request: is it answered over HTTP, and who catches what its handler throws?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isExported } from '../paths/call-sites.ts';
import type { Paths } from '../paths/paths.ts';
import { isFunctionNode } from '../scope.ts';

/** Files whose exports a web framework calls: Next.js, Remix, SvelteKit, Nuxt, Vercel and Netlify functions. */
const HTTP_FILE =
  /(?:^|\/)(?:route|page|layout|middleware|proxy|\+server|\+page\.server|_worker)\.[cm]?[jt]sx?$|(?:^|\/)pages\/api\/|(?:^|\/)app\/routes\/|(?:^|\/)(?:server\/)?(?:api|functions)\/.*\.[cm]?[jt]s$/;
const HANDLERS = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|default|handler|action|loader|fetch|onRequest|onRequestPost|onRequestGet)$/;
const HTTP_METHODS =
  /^(?:get|post|put|patch|delete|del|head|options|all|use|route|http|serve|createServer|onRequest|defineEventHandler|eventHandler|query|mutation|httpAction|handler|websocket|api_route|add_api_route|add_route|add_post|add_get|add_url_rule)$/;

/** Is an exported function called by a framework that answers with an error page when it throws? */
export function answersHttp(fn: FunctionNode): boolean {
  const file = fn.getSourceFile();
  if (
    file.statements.some(s => tsc.isExpressionStatement(s) && tsc.isStringLiteralLike(s.expression) && s.expression.text === 'use server')
  )
    return true;
  if (!HTTP_FILE.test(file.fileName)) return false;
  const parent = fn.parent;
  const name = tsc.isFunctionDeclaration(fn)
    ? (fn.name?.text ?? 'default')
    : tsc.isVariableDeclaration(parent)
      ? parent.name.getText()
      : tsc.isExportAssignment(parent)
        ? 'default'
        : fn.name?.getText();
  return (isExported(fn) || tsc.isMethodDeclaration(fn)) && name !== undefined && (HANDLERS.test(name) || isDefault(fn));
}

/** `do_POST` of a handler of Python's own `http.server`, which runs it for each request; what it throws closes the connection. */
export function isServerMethod(fn: ts.Node): boolean {
  if (!tsc.isMethodDeclaration(fn) || !/^do_[A-Z]+$/.test(fn.name.getText()) || !tsc.isClassLike(fn.parent)) return false;
  const base = fn.parent.heritageClauses?.[0]?.types[0]?.expression.getText() ?? '';
  return (
    /(?:^|\.)\w*HTTPRequestHandler$/.test(base) &&
    fn
      .getSourceFile()
      .statements.some(
        s => tsc.isImportDeclaration(s) && tsc.isStringLiteral(s.moduleSpecifier) && /^py:http(?:\/|$)/.test(s.moduleSpecifier.text),
      )
  );
}

function isDefault(fn: FunctionNode): boolean {
  return tsc.canHaveModifiers(fn) && (tsc.getModifiers(fn)?.some(m => m.kind === tsc.SyntaxKind.DefaultKeyword) ?? false);
}

/** Does a registration serve HTTP requests, so that the framework answers for a handler that throws? */
export function isHttpRegistration(call: ts.CallExpression): boolean {
  const callee = call.expression;
  const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
  return HTTP_METHODS.test(name);
}

const MCP = /^(?:@modelcontextprotocol\/sdk|fastmcp|mcp-framework|py:(?:mcp|fastmcp))$/;

/**
 * Does a server of the Model Context Protocol run what is registered? It answers a throw with the text of the error: as a result that
 * says `isError` for a tool, as an error of the protocol for everything else (MCP specification 2025-06-18, server/tools).
 */
export function answersMcp(ev: Evaluator, call: ts.CallExpression): boolean {
  const callee = call.expression;
  return tsc.isPropertyAccessExpression(callee) && ev.values(callee).some(value => value.kind === 'foreign' && MCP.test(value.package));
}

/** Is a file part of a command line: nothing there answers requests of others? */
export function commandLines(paths: Paths): (file: string) => boolean {
  let servers: boolean | undefined;
  return file => {
    servers ??= paths.entries.some(entry => entry.registration !== undefined || (isFunctionNode(entry.scope) && answersHttp(entry.scope)));
    if (!servers) return true;
    return /(?:^|[/-])cli(?:[/.-]|$)/.test(file);
  };
}
