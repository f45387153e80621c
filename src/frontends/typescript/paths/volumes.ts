// Is a folder of the deployment one that all instances share? Read from Kubernetes manifests and compose files.
import { type Inventory, parseYaml } from '../../../repository/index.ts';
import { Deployment } from './deployment.ts';

/** `shared`: every instance sees the same files; `own`: each has files of its own, which end with it. */
export type Sharing = 'shared' | 'own' | 'unknown';

type Node = Readonly<Record<string, unknown>>;
const MOST_FILES = 60;
const LARGEST = 256 * 1024;
/** Volumes that live as long as their pod. */
const OF_POD = ['emptyDir', 'ephemeral'];

/**
 * Who sees the files of a folder.
 * @param settings the settings of the environment that name it
 */
export function sharingOf(inventory: Inventory, settings: readonly string[]): Sharing {
  const documents = documentsOf(inventory);
  const deployment = new Deployment(inventory);
  const found = settings.flatMap(name => {
    const general = deployment.valueOf(name);
    return documents.flatMap(document => [...inPods(document, documents, name, general), ...inServices(document, name, general)]);
  });
  if (found.length === 0 || found.includes('unknown')) return 'unknown';
  return found.includes('own') ? 'own' : 'shared';
}

function documentsOf(inventory: Inventory): Node[] {
  const out: Node[] = [];
  let files = 0;
  for (const file of inventory.files) {
    if (!/\.ya?ml$/.test(file) || inventory.roleOf(file) === 'test' || files >= MOST_FILES) continue;
    const read = inventory.peek(file, LARGEST);
    if (read.kind !== 'text' || !/volumeMounts:|volumes:|kind:\s*PersistentVolumeClaim/.test(read.text)) continue;
    files++;
    for (const part of read.text.split(/^---.*$/m)) {
      const result = parseYaml(part);
      const node = result.kind === 'value' ? asNode(result.value) : undefined;
      if (node !== undefined) out.push(node);
    }
  }
  return out;
}

function asNode(value: unknown): Node | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Node) : undefined;
}

function list(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.flatMap((item: unknown): Node[] => (asNode(item) === undefined ? [] : [item as Node])) : [];
}

function at(node: Node | undefined, ...path: readonly string[]): unknown {
  let value: unknown = node;
  for (const name of path) {
    const inner = asNode(value);
    value = inner !== undefined && Object.hasOwn(inner, name) ? inner[name] : undefined;
  }
  return value;
}

/** The pods of a workload whose containers set the variable, or mount a folder where the image has set it. */
function inPods(document: Node, documents: readonly Node[], name: string, general: string | undefined): Sharing[] {
  const pod = asNode(at(document, 'spec', 'template', 'spec')) ?? asNode(at(document, 'spec', 'jobTemplate', 'spec', 'template', 'spec'));
  if (pod === undefined) return [];
  return list(at(pod, 'containers')).flatMap((container): Sharing[] => {
    const set = list(at(container, 'env')).find(one => one.name === name);
    const folder = set === undefined ? general : typeof set.value === 'string' ? set.value : undefined;
    if (folder === undefined) return [];
    const mount = mounted(list(at(container, 'volumeMounts')), folder);
    // A pod that says nothing of the folder may run something else.
    if (mount === undefined) return set === undefined ? [] : ['own'];
    const volume = list(at(pod, 'volumes')).find(one => one.name === mount.name);
    return [volume === undefined ? 'unknown' : ofVolume(volume, documents, at(document, 'spec', 'replicas'))];
  });
}

/** The mount that a folder lies in, the deepest first. */
function mounted(mounts: readonly Node[], folder: string): Node | undefined {
  const within = mounts.filter(
    ({ mountPath }) => typeof mountPath === 'string' && `${folder}/`.startsWith(mountPath.endsWith('/') ? mountPath : `${mountPath}/`),
  );
  return within.sort((a, b) => String(b.mountPath).length - String(a.mountPath).length)[0];
}

function ofVolume(volume: Node, documents: readonly Node[], replicas: unknown): Sharing {
  if (OF_POD.some(kind => Object.hasOwn(volume, kind))) return 'own';
  if (Object.hasOwn(volume, 'nfs') || Object.hasOwn(volume, 'azureFile')) return 'shared';
  const claimed = at(volume, 'persistentVolumeClaim', 'claimName');
  const claim = documents.find(one => one.kind === 'PersistentVolumeClaim' && at(one, 'metadata', 'name') === claimed);
  const modes = claim === undefined ? undefined : at(claim, 'spec', 'accessModes');
  if (claimed === undefined || !Array.isArray(modes)) return 'unknown';
  // One pod at a time, or the pods of one node: enough only where there is never more than one.
  return modes.includes('ReadWriteMany') || replicas === 1 ? 'shared' : 'unknown';
}

/** Services of a compose file: a named volume, or a folder of the host. */
function inServices(document: Node, name: string, general: string | undefined): Sharing[] {
  const services = asNode(at(document, 'services'));
  if (services === undefined) return [];
  return Object.values(services).flatMap((value): Sharing[] => {
    const service = asNode(value);
    const volumes = at(service, 'volumes');
    const set = variable(at(service, 'environment'), name);
    const folder = set ?? general;
    if (folder === undefined) return [];
    const targets = (Array.isArray(volumes) ? volumes : []).flatMap((one: unknown): Node[] => {
      if (typeof one !== 'string')
        return asNode(one) === undefined ? [] : [{ mountPath: at(asNode(one), 'target'), type: at(asNode(one), 'type') }];
      const [, target] = one.split(':');
      return target === undefined ? [] : [{ mountPath: target }];
    });
    const mount = mounted(targets, folder);
    if (mount === undefined) return set === undefined ? [] : ['own'];
    return [mount.type === 'tmpfs' ? 'own' : 'shared'];
  });
}

function variable(environment: unknown, name: string): string | undefined {
  if (Array.isArray(environment)) {
    const line = environment.find((one: unknown): one is string => typeof one === 'string' && one.startsWith(`${name}=`));
    return line?.slice(name.length + 1);
  }
  const value = at(asNode(environment), name);
  return typeof value === 'string' ? value : undefined;
}
