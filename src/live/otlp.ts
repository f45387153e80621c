// Spans and metrics out of what an OpenTelemetry exporter sends: OTLP over HTTP, as JSON or as protobuf.
import type { SentMetric, SentSpan } from '../core/index.ts';

type Json = Record<string, unknown>;
const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : [];
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** Spans of an ExportTraceServiceRequest in its JSON form. */
export function spansOfJson(body: unknown): SentSpan[] {
  return objects(object(body).resourceSpans)
    .flatMap(resource => objects(resource.scopeSpans ?? resource.instrumentationLibrarySpans))
    .flatMap(scope => objects(scope.spans))
    .map(span => ({
      name: String(span.name ?? ''),
      traceId: String(span.traceId ?? ''),
      attributes: Object.fromEntries(objects(span.attributes).flatMap(one => attribute(String(one.key), object(one.value)))),
    }));
}

function attribute(key: string, value: Json): [string, string | number | boolean][] {
  if (typeof value.stringValue === 'string') return [[key, value.stringValue]];
  if (typeof value.boolValue === 'boolean') return [[key, value.boolValue]];
  // 64-bit integers travel as text.
  if (value.intValue !== undefined) return [[key, Number(value.intValue)]];
  if (typeof value.doubleValue === 'number') return [[key, value.doubleValue]];
  return Object.keys(value).length === 0 ? [] : [[key, JSON.stringify(value)]];
}

/** Metrics of an ExportMetricsServiceRequest in its JSON form; of a histogram the sum. */
export function metricsOfJson(body: unknown): SentMetric[] {
  return objects(object(body).resourceMetrics)
    .flatMap(resource => objects(resource.scopeMetrics))
    .flatMap(scope => objects(scope.metrics))
    .map(metric => ({
      name: String(metric.name ?? ''),
      values: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']
        .flatMap(kind => objects(object(metric[kind]).dataPoints))
        .flatMap(point => {
          const value = point.asDouble ?? point.asInt ?? point.sum;
          return value === undefined ? [] : [Number(value)];
        }),
    }));
}

/** One field of a protobuf message. Groups do not occur in OTLP. */
interface Field {
  readonly number: number;
  readonly bytes: Buffer;
  /** Of a varint. */
  readonly value: bigint;
}

/** The fields of a message. @throws RangeError when it is not one */
function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  const NONE = Buffer.alloc(0);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError('varint too long');
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError('message too short');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const [number, type] = [tag >>> 3, tag & 7];
    if (type === 0) found.push({ number, bytes: NONE, value: varint() });
    else if (type === 1) found.push({ number, bytes: take(8), value: 0n });
    else if (type === 2) found.push({ number, bytes: take(Number(varint())), value: 0n });
    else if (type === 5) found.push({ number, bytes: take(4), value: 0n });
    else throw new RangeError(`wire type ${type}`);
  }
  return found;
}

/** Messages at a path of field numbers. */
function inside(message: Buffer, ...path: readonly number[]): Buffer[] {
  const [next, ...rest] = path;
  if (next === undefined) return [message];
  return fields(message)
    .filter(field => field.number === next)
    .flatMap(field => inside(field.bytes, ...rest));
}

const textAt = (message: Buffer, number: number): string => inside(message, number)[0]?.toString('utf8') ?? '';

/** Spans of an ExportTraceServiceRequest. Field numbers: opentelemetry-proto, trace/v1/trace.proto and common/v1/common.proto. */
export function spansOfProtobuf(body: Buffer): SentSpan[] {
  return inside(body, 1, 2, 2).map(span => ({
    name: textAt(span, 5),
    traceId: inside(span, 1)[0]?.toString('hex') ?? '',
    attributes: Object.fromEntries(inside(span, 9).flatMap(pair => protoAttribute(textAt(pair, 1), inside(pair, 2)[0] ?? Buffer.alloc(0)))),
  }));
}

function protoAttribute(key: string, any: Buffer): [string, string | number | boolean][] {
  const [field] = fields(any);
  if (field === undefined) return [];
  if (field.number === 1) return [[key, field.bytes.toString('utf8')]];
  if (field.number === 2) return [[key, field.value !== 0n]];
  if (field.number === 3) return [[key, Number(BigInt.asIntN(64, field.value))]];
  if (field.number === 4) return [[key, field.bytes.readDoubleLE()]];
  return [[key, field.bytes.toString('utf8')]];
}

/** Metrics of an ExportMetricsServiceRequest. Field numbers: opentelemetry-proto, metrics/v1/metrics.proto. */
export function metricsOfProtobuf(body: Buffer): SentMetric[] {
  return inside(body, 1, 2, 2).map(metric => ({
    name: textAt(metric, 1),
    values: [
      // Gauge and sum hold plain numbers: as_double is field 4, as_int field 6. Of a histogram field 5 is the sum.
      ...[5, 7]
        .flatMap(kind => inside(metric, kind, 1))
        .flatMap(point =>
          fields(point).flatMap(field =>
            field.number === 4 ? [field.bytes.readDoubleLE()] : field.number === 6 ? [Number(field.bytes.readBigInt64LE())] : [],
          ),
        ),
      ...inside(metric, 9, 1).flatMap(point => inside(point, 5).map(bytes => bytes.readDoubleLE())),
    ],
  }));
}
