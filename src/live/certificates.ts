// The certificates of one run: an authority that nobody but the agent under test is told to trust, and one certificate for each host that
// a client asks for. Made by node-forge, which has no dependencies of its own; keys stay in memory and are forgotten with the run.
import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { pki as Pki } from 'node-forge';

/** What the parent makes once and each worker gets: PEM texts. */
export interface Authority {
  readonly certificate: string;
  readonly key: string;
  /** One key for the certificates of all hosts. */
  readonly hostKey: string;
}

const NAME = [{ shortName: 'CN', value: 'agent-ready, made for one run' }];
/** OpenSSL looks for an authority under the hash of its name; the name never changes, so neither does this (`openssl x509 -hash`). */
export const NAME_HASH = '62aa2bc8';
/** Days before and after now: clocks differ, and nothing must trust it for long. */
const DAYS = 2;
const BITS = 2048;

let made: Promise<Authority> | undefined;

/** The authority of this process; made when it is first asked for. */
export function authority(): Promise<Authority> {
  made ??= makeAuthority();
  return made;
}

async function makeAuthority(): Promise<Authority> {
  const [pki, own, hosts] = await Promise.all([load(), newKey(), newKey()]);
  const certificate = blank(pki, own.publicKey);
  certificate.setSubject(NAME);
  certificate.setIssuer(NAME);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(pki.privateKeyFromPem(own.privateKey), (await forge()).md.sha256.create());
  return { certificate: pki.certificateToPem(certificate), key: own.privateKey, hostKey: hosts.privateKey };
}

/**
 * A certificate for one host, as PEM.
 * @param host a name or an IP address
 */
export async function certificateFor(host: string, { certificate, key, hostKey }: Authority): Promise<string> {
  const { md } = await forge();
  const pki = await load();
  const issuer = pki.certificateFromPem(certificate);
  const signing = pki.privateKeyFromPem(hostKey);
  const leaf = blank(pki, pki.publicKeyToPem(pki.setRsaPublicKey(signing.n, signing.e)));
  // A common name holds at most 64 characters; what clients compare is the alternative name.
  leaf.setSubject([{ shortName: 'CN', value: host.slice(0, 64) }]);
  leaf.setIssuer(issuer.subject.attributes);
  leaf.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [/^[\d.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host }] },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  leaf.sign(pki.privateKeyFromPem(key), md.sha256.create());
  return pki.certificateToPem(leaf);
}

/** A certificate with everything that all of them have. */
function blank(pki: typeof Pki, publicKey: string): Pki.Certificate {
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(publicKey);
  // A serial number is positive: the first byte must be below 0x80.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  const day = 24 * 3600 * 1000;
  certificate.validity.notBefore = new Date(Date.now() - DAYS * day);
  certificate.validity.notAfter = new Date(Date.now() + DAYS * day);
  return certificate;
}

const newKey = (): Promise<{ publicKey: string; privateKey: string }> =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** Loaded when the first certificate is made: most trials need none. */
const forge = async (): Promise<typeof import('node-forge')> => (await import('node-forge')).default;
const load = async (): Promise<typeof Pki> => (await forge()).pki;
