// Takes personal data and secrets out of text. Order numbers, dates and prices stay.

/** The checksum of card numbers. */
function luhn(digits: string): boolean {
  const values = [...digits].reverse().map((digit, at) => Number(digit) * (at % 2 === 0 ? 1 : 2));
  return values.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0) % 10 === 0;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The checksum of Chinese identity numbers. */
function isChineseId(id: string): boolean {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(id[at]), 0);
  return '10X98765432'[sum % 11] === id[17]?.toUpperCase();
}

/** Neither the name of a picture in double size nor the address of a repository. */
const EMAIL = /[\p{L}\d._%+-]+@(?!\dx\.)[\p{L}\d-]+(?:\.[\p{L}\d-]+)+(?![\p{L}\d]|:\w)/gu;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?\b/g;
const CARD = /(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])/g;
const US_ID = /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g;
const CHINESE_ID = /(?<![\w-])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\w-])/g;
/** With a country code; in the American grouping; a Chinese mobile number; a German or British one with a leading 0. */
const PHONE =
  /(?<![\w.-])(?:\+\d{1,3}[ ./-]?(?:\(?\d{1,4}\)?[ ./-]?){2,4}\d{2,4}|(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}|1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,6})(?![\w-])/g;
const KEY = /\b(?:sk|pk|rk|ghp|gho|xox[abp]|AKIA)[-_A-Za-z0-9]{16,}\b/g;

/** The text without personal data: e-mail addresses, accounts, cards, ids, phone numbers; and without keys. */
export function redact(text: string): string {
  return text
    .replace(KEY, '[key]')
    .replace(EMAIL, '[e-mail]')
    .replace(IBAN, '[account]')
    .replace(US_ID, '[id]')
    .replace(CHINESE_ID, found => (isChineseId(found) ? '[id]' : found))
    .replace(CARD, found => (luhn(found.replace(/\D/g, '')) ? '[card]' : found))
    .replace(PHONE, '[phone]');
}
