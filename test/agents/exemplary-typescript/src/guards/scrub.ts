// Takes addresses of internal systems out of text: connection strings, hosts of private networks.

const DSN = /\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|redis|rediss|amqps?|mssql|jdbc:[a-z]+|kafka|ldaps?):\/\/[^\s"'<>]+/gi;
const ADO = /\b(?:Server|Data Source|Host)=[^;\s]+;[^\n"']*(?:Password|Pwd)=[^;\s"']+;?/gi;
const PRIVATE_URL =
  /\b(?:https?|wss?|ftp):\/\/(?:[^\s/@"'<>]+@)?(?:localhost|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|169\.254\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\]|internal\.[^\s/:"'<>]+|(?:[\w-]+\.)+(?:internal|local|corp|lan|intranet)|[\w-]+)(?::\d+)?(?=[/\s"'<>)\],]|\.?(?:\s|$))[^\s"'<>)]*/gi;
const PRIVATE_HOST = /\b(?:[\w-]+\.)+(?:internal|corp|lan|svc\.cluster\.local)\b(?::\d+)?/gi;

/** The text without the addresses of internal systems. */
export function scrubInternal(text: string): string {
  return text
    .replace(DSN, '[internal address]')
    .replace(ADO, '[internal address]')
    .replace(PRIVATE_URL, '[internal address]')
    .replace(PRIVATE_HOST, '[internal address]');
}
