// What does nothing to the world: packages that only compute, methods of the language. Pure data.

/** Packages whose functions only compute. */
export const HARMLESS =
  /^(?:node:)?(?:zod|@?lodash|lodash[.-].*|es-toolkit|date-fns|date-fns-tz|@date-fns\/\w+|dayjs|moment|moment-timezone|luxon|uuid|nanoid|ulid|cuid|@paralleldrive\/cuid2|crypto|path|url|util|os|events|stream|timers|string_decoder|querystring|buffer|assert|perf_hooks|worker_threads|async_hooks|module|cheerio|marked|turndown|markdown-it|remark|rehype|unified|htmlparser2|html-to-text|node-html-parser|linkedom|jsdom|@mozilla\/readability|pdf-parse|pdfjs-dist|mammoth|xlsx|papaparse|csv-parse|csv-stringify|yaml|js-yaml|jsonrepair|json5|ajv|valibot|arktype|yup|superstruct|mathjs|decimal\.js|bignumber\.js|chalk|picocolors|kleur|ora|boxen|pino|winston|debug|consola|signale|loglevel|tslog|bunyan|p-limit|p-queue|p-map|p-retry|async-retry|bottleneck|react|react-dom|tiktoken|js-tiktoken|gpt-tokenizer|diff|fast-diff|jsdiff|fuse\.js|minimatch|micromatch|picomatch|ignore|semver|slugify|he|entities|sharp|jimp|qrcode|zod-to-json-schema|dedent|outdent|ms|bytes|clsx|tailwind-merge|rxjs|effect|ts-pattern|immer|zustand|jotai|i18next|validator|@nestjs\/common|reflect-metadata|server-only|dotenv|commander|yargs|minimist|eventemitter3|lru-cache|node-cache|quick-lru|gray-matter|front-matter|string-similarity|natural|compromise|franc|iconv-lite|mime|mime-types|form-data|file-type|image-size|acorn|typescript|ts-morph|@babel\/.*|prettier|eslint|sanitize-html|dompurify|isomorphic-dompurify|xss)$/;

/** Frameworks whose exported helpers only compute, while an object that was made of them may do anything. */
export const FRAMEWORKS =
  /^(?:next|ai|openai|@anthropic-ai\/.*|@ai-sdk\/.*|@openai\/.*|@langchain\/.*|langchain|@llamaindex\/.*|llamaindex|@mastra\/.*)$/;

/** Methods of the language itself: strings, lists, maps, promises, dates, responses. */
export const BUILT_IN_METHODS = new Set(
  (
    'toString toLowerCase toUpperCase trim trimStart trimEnd split join slice substring substr replace replaceAll match matchAll includes indexOf lastIndexOf ' +
    'startsWith endsWith padStart padEnd charAt charCodeAt codePointAt concat repeat normalize localeCompare at search test exec map filter forEach reduce ' +
    'reduceRight find findIndex findLast some every sort reverse push pop shift unshift splice flat flatMap fill keys values entries has get set add delete clear ' +
    'then catch finally json text blob arrayBuffer formData toFixed toPrecision toISOString toLocaleString toLocaleDateString toLocaleTimeString getTime ' +
    'getFullYear getMonth getDate getDay getHours getMinutes getSeconds setDate setHours setMinutes setMonth setFullYear valueOf toJSON append log info warn error debug trace ' +
    'parse safeParse parseAsync safeParseAsync call apply bind next return throw abort addEventListener removeEventListener emit on once off toSorted toReversed with ' +
    'hasOwnProperty isPrototypeOf getReader read decode encode getRandomValues resolve reject write end enqueue close child label'
  ).split(' '),
);

/** Those of them that no package gives another meaning. */
export const PLAIN_METHODS = new Set(
  (
    'toString toLowerCase toUpperCase trim trimStart trimEnd split join slice substring substr replace replaceAll matchAll includes indexOf lastIndexOf startsWith ' +
    'endsWith padStart padEnd charAt charCodeAt localeCompare map filter forEach reduce reduceRight some every sort flat flatMap push pop shift unshift splice ' +
    'toFixed toISOString toLocaleString toLocaleDateString toLocaleTimeString getTime getFullYear getMonth getDate getDay getHours getMinutes hasOwnProperty then catch finally'
  ).split(' '),
);

/** Packages made to run code that somebody else wrote, which in a program with model calls is the model. */
export const SANDBOX_MODULE =
  /^(?:npm:)?(?:@e2b\/|e2b|@vercel\/sandbox|@daytonaio\/sdk|@cloudflare\/sandbox|@codesandbox\/sdk|@webcontainer\/api|isolated-vm|quickjs-emscripten)(?:[/@]|$|\b)/;
