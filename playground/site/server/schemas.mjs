// The shapes of requests. What values are allowed is the daemon's to say: it names field, value and range.
const strings = { type: 'array', items: { type: 'string' }, maxItems: 1024 };
const limit = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const object = (properties, more = {}) => ({ type: 'object', properties, additionalProperties: false, ...more });

const file = object(
  {
    path: { type: 'string' },
    content: { type: 'string' },
    base64: { type: 'string', pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' },
  },
  { required: ['path'], oneOf: [{ required: ['content'] }, { required: ['base64'] }] },
);

export const runBody = object(
  {
    files: { type: 'array', items: file, minItems: 1, maxItems: 1024 },
    entry: { type: 'string' },
    image: { type: 'string' },
    policy: { type: 'string' },
    args: strings,
    env: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 256 },
    stdin: { type: 'string' },
    limits: object({ wallTimeMs: limit, cpuTimeMs: limit, memoryBytes: limit, outputBytes: limit }),
    interactive: { type: 'boolean' },
    collect: strings,
  },
  { required: ['files'] },
);

export const stdinBody = {
  oneOf: [
    object({ text: { type: 'string' } }, { required: ['text'] }),
    object({ end: { const: true } }, { required: ['end'] }),
  ],
};

export const runParams = object({ id: { type: 'string', pattern: '^[A-Za-z0-9-]{36}$' } });
