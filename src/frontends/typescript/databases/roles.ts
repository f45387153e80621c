// What the account behind a connection string may do, as far as the repository says: SQL files that grant, and the templates of
// environment variables that name the account. Statements are read, not searched for words.
import type { Inventory } from '../../../repository/index.ts';

export interface Account {
  /** The account's name, as the connection string of a template has it. */
  readonly name: string;
  readonly rights: 'read-only' | 'writes' | 'unknown';
  readonly note: string;
}

const MOST_TEXT = 400_000;
const SQL_FILES = 400;
const TEMPLATES = /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|env\.example|(?:docker-)?compose[\w.-]*\.ya?ml)$/;
const DSN = /^(?:postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|mongodb(?:\+srv)?):\/\/([\w.-]{1,80})[:@]/;

/** Rights by account, and accounts by the variable that holds their connection string. */
export class Accounts {
  readonly #rights = new Map<string, { reads: boolean; writes: boolean; readOnly: boolean }>();
  readonly #users = new Map<string, Set<string>>();

  constructor(inventory: Inventory) {
    let sql = 0;
    for (const file of inventory.files) {
      if (file.endsWith('.sql') && sql++ < SQL_FILES && inventory.roleOf(file) !== 'test') this.#grants(inventory.read(file) ?? '');
      else if (TEMPLATES.test(file)) this.#template(inventory.read(file) ?? '');
    }
  }

  /** The account that the connection string in a variable uses; undefined: no template says. */
  of(variable: string): Account | undefined {
    const users = [...(this.#users.get(variable) ?? [])];
    const [name] = users;
    if (name === undefined || users.length > 1) return undefined;
    const rights = this.#rights.get(name);
    if (rights === undefined) return { name, rights: 'unknown', note: `no SQL file says what the account ${name} may do` };
    // A session may switch a default off again: what the account is granted decides.
    if (rights.writes) return { name, rights: 'writes', note: `the account ${name} is granted more than SELECT` };
    return rights.reads || rights.readOnly
      ? { name, rights: 'read-only', note: `the account ${name} is granted SELECT only` }
      : { name, rights: 'unknown', note: `no SQL file grants the account ${name} anything` };
  }

  #grants(text: string): void {
    if (text.length > MOST_TEXT || !/\b(?:grant|role|user)\b/i.test(text)) return;
    const plain = text.replace(/--[^\n]*/g, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ');
    for (const statement of plain.split(';')) this.#statement(statement.replace(/\s+/g, ' ').trim().slice(0, 2000));
  }

  #statement(statement: string): void {
    const made = /^create (?:role|user) (?:if not exists )?["'`]?([\w-]+)["'`]?(.*)$/i.exec(statement);
    if (made?.[1] !== undefined) {
      const role = this.#role(made[1]);
      if (/\bsuperuser\b/i.test(made[2] ?? '') && !/\bnosuperuser\b/i.test(made[2] ?? '')) role.writes = true;
      return;
    }
    const altered = /^alter (?:role|user) ["'`]?([\w-]+)["'`]? set default_transaction_read_only\s*(?:=|to)\s*'?(?:on|true)/i.exec(
      statement,
    );
    if (altered?.[1] !== undefined) {
      this.#role(altered[1]).readOnly = true;
      return;
    }
    const granted = /^(?:alter default privileges .*? )?grant (.+?) on (.+?) to (.+?)(?: with grant option)?$/i.exec(statement);
    if (granted !== null) {
      const rights = (granted[1] ?? '').toLowerCase();
      for (const name of (granted[3] ?? '').split(',')) {
        const role = this.#role(
          name
            .trim()
            .replace(/^(?:role|user) /i, '')
            .replace(/@.*$/, '')
            .replace(/["'`]/g, ''),
        );
        if (/\bselect\b/.test(rights)) role.reads = true;
        if (
          /\b(?:all|insert|update|delete|truncate|references|trigger)\b/.test(rights) ||
          (/\bcreate\b/.test(rights) && !/\bon database\b/i.test(statement))
        )
          role.writes = true;
      }
      return;
    }
    const member = /^grant ([\w"', -]+?) to ([\w"', -]+)$/i.exec(statement);
    // Membership of another role brings that role's rights, which are then not only its own.
    if (member !== null && !/pg_read_all_data/i.test(member[1] ?? ''))
      for (const name of (member[2] ?? '').split(',')) this.#role(name.trim().replace(/["']/g, '')).writes = true;
    else if (member !== null) for (const name of (member[2] ?? '').split(',')) this.#role(name.trim().replace(/["']/g, '')).reads = true;
    const owner = /\bowner to ["'`]?([\w-]+)/i.exec(statement);
    if (owner?.[1] !== undefined) this.#role(owner[1]).writes = true;
  }

  #role(name: string): { reads: boolean; writes: boolean; readOnly: boolean } {
    const known = this.#rights.get(name);
    if (known !== undefined) return known;
    const role = { reads: false, writes: false, readOnly: false };
    this.#rights.set(name, role);
    return role;
  }

  #template(text: string): void {
    if (text.length > MOST_TEXT) return;
    for (const line of text.split('\n')) {
      const pair = /^\s*(?:-\s*)?["']?([A-Z][A-Z0-9_]{2,60})["']?\s*[=:]\s*["']?(\S{1,400})/.exec(line);
      const user = pair?.[2] === undefined ? null : DSN.exec(pair[2]);
      if (pair?.[1] === undefined || user?.[1] === undefined) continue;
      const users = this.#users.get(pair[1]) ?? new Set();
      users.add(user[1]);
      this.#users.set(pair[1], users);
    }
  }
}
