// Which distribution brings what a Python file imports? Mostly one of the same name; data for those that differ.
import { distributionName } from './python-specifiers.ts';

const DIFFERENT: Readonly<Record<string, readonly string[]>> = {
  agents: ['openai-agents'],
  autogen: ['pyautogen', 'ag2', 'autogen'],
  ag2: ['ag2', 'pyautogen'],
  llama_index: ['llama-index-core', 'llama-index'],
  pydantic_ai: ['pydantic-ai-slim', 'pydantic-ai'],
  vertexai: ['google-cloud-aiplatform'],
  cerebras: ['cerebras-cloud-sdk'],
  haystack: ['haystack-ai', 'farm-haystack'],
  dspy: ['dspy', 'dspy-ai'],
  tavily: ['tavily-python'],
  serpapi: ['google-search-results', 'serpapi'],
  pinecone: ['pinecone', 'pinecone-client'],
  weaviate: ['weaviate-client'],
  faiss: ['faiss-cpu', 'faiss-gpu'],
  firecrawl: ['firecrawl-py'],
  telegram: ['python-telegram-bot'],
  discord: ['discord-py', 'py-cord'],
  opentelemetry: ['opentelemetry-api', 'opentelemetry-sdk'],
  yaml: ['pyyaml'],
  dotenv: ['python-dotenv'],
  PIL: ['pillow'],
  bs4: ['beautifulsoup4'],
  sklearn: ['scikit-learn'],
  skimage: ['scikit-image'],
  cv2: ['opencv-python', 'opencv-python-headless'],
  fitz: ['pymupdf'],
  docx: ['python-docx'],
  pptx: ['python-pptx'],
  magic: ['python-magic'],
  dateutil: ['python-dateutil'],
  jwt: ['pyjwt'],
  jose: ['python-jose'],
  multipart: ['python-multipart'],
  socketio: ['python-socketio'],
  psycopg2: ['psycopg2', 'psycopg2-binary'],
  MySQLdb: ['mysqlclient'],
  git: ['gitpython'],
  github: ['pygithub'],
  Crypto: ['pycryptodome'],
  OpenSSL: ['pyopenssl'],
  nacl: ['pynacl'],
  zmq: ['pyzmq'],
  grpc: ['grpcio'],
  attr: ['attrs'],
  ruamel: ['ruamel-yaml'],
  ldap: ['python-ldap'],
  slugify: ['python-slugify'],
  serial: ['pyserial'],
};

/** The distributions that may bring an import, the likeliest first. */
export function distributionsOf(importName: string): readonly string[] {
  const name = importName.replace(/^py:/, '');
  return Object.hasOwn(DIFFERENT, name) ? (DIFFERENT[name] ?? []) : [distributionName(name)];
}
