// Does pytest run coroutines as cases in a repository? By itself it does not: a plugin must be told to, or each case needs a mark.
import type { Inventory } from '../../../repository/index.ts';

const FILES =
  /(?:^|\/)(?:pyproject\.toml|\.?pytest\.ini|setup\.cfg|tox\.ini|conftest\.py|noxfile\.py|Makefile|justfile|Justfile|Taskfile\.ya?ml|setup\.py|Pipfile|requirements[\w.-]*\.(?:txt|in)|environment\.ya?ml)$|^\.github\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$|(?:^|\/)[^/]+\.(?:sh|toml)$/;
/** A plugin in its automatic mode, plugins that have no other, and hooks that may run a coroutine. */
const TOLD =
  /\b(?:asyncio|anyio|trio)[_-]mode["']?\s{0,4}[= ]\s{0,4}["']?(?:auto|true)\b|\bpytest[_-](?:aiohttp|trio|tornasync|tornado|twisted|sanic|async|asyncio-cooperative)\b(?!-)|\balt-pytest-asyncio\b|\bpytest_(?:collection_modifyitems|pyfunc_call|pycollect_makeitem|itemcollected|collection_finish)\b/;
const MOST_FILES = 400;
const known = new WeakMap<Inventory, boolean>();

export function awaitsCases(inventory: Inventory): boolean {
  let found = known.get(inventory);
  if (found === undefined) {
    const files = inventory.files.filter(file => FILES.test(file)).slice(0, MOST_FILES);
    found = files.some(file => TOLD.test((file.endsWith('.py') ? inventory.written(file) : inventory.read(file)) ?? ''));
    known.set(inventory, found);
  }
  return found;
}
