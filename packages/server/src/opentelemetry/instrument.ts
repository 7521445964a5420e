import {
  type BatchObservableResult,
  type Meter,
  metrics,
  type Observable,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { systemClock } from "../clock.js";
import type { MessageDiagnostics } from "../diagnostics/published.js";
import { messageName, observeMessages } from "../observation/handled-messages.js";
import { durationMetric, metricCatalogue } from "../observation/metric-catalogue.js";
import type { ObservedServer } from "../observation/observed-server.js";

/** Where figures and spans go. */
export interface TelemetryOptions {
  /** @default the global meter provider's meter `@tautline/server` */
  readonly meter?: Meter | undefined;
  /** @default the global tracer provider's tracer `@tautline/server` */
  readonly tracer?: Tracer | undefined;
}

const library = "@tautline/server";

/** Codes that tell of a fault of the server, not of the message. */
const faults = new Set(["HANDLER_FAILED", "TIMEOUT", "UNAVAILABLE", "OUTCOME_UNKNOWN"]);

/**
 * Tells a server's figures and a span for each message to [OpenTelemetry](https://opentelemetry.io). A span lasts from the start of the handler to the
 * answer, and belongs to the trace that the sender's `traceparent` names, where a propagator is registered. It is not the active span
 * inside the handler.
 *
 * @returns its end: nothing more is told.
 */
export function instrument(server: ObservedServer, options: TelemetryOptions = {}): () => void {
  const { meter = metrics.getMeter(library), tracer = trace.getTracer(library) } = options;
  const endOfFigures = observeFigures(server, meter);
  const duration = meter.createHistogram(`tautline.${durationMetric.name}`, {
    description: durationMetric.help,
    unit: "s",
    advice: { explicitBucketBoundaries: [...durationMetric.buckets] },
  });
  const endOfMessages = observeMessages(server.stats().node, {
    started: (message) => ({ span: startSpan(tracer, message), at: systemClock.monotonic() }),
    settled: ({ span, at }, message, code) => {
      const outcome = code ?? "ok";
      duration.record((systemClock.monotonic() - at) / 1_000, { message: messageName(message), outcome });
      endSpan(span, code);
    },
  });
  return () => {
    endOfFigures();
    endOfMessages();
  };
}

function observeFigures(server: ObservedServer, meter: Meter): () => void {
  const observed = Object.entries(metricCatalogue).map(([name, metric]) => {
    const options = { description: metric.help };
    const full = `tautline.${name}`;
    const observable: Observable =
      metric.kind === "gauge"
        ? meter.createObservableGauge(full, options)
        : meter.createObservableCounter(full, options);
    return { observable, metric };
  });
  const observables = observed.map(({ observable }) => observable);
  const observe = (result: BatchObservableResult): void => {
    const stats = server.stats();
    for (const { observable, metric } of observed) {
      const reading = metric.read(stats);
      if (typeof reading === "number") result.observe(observable, reading);
      else
        for (const [value, sum] of Object.entries(reading))
          result.observe(observable, sum, { [metric.label ?? ""]: value });
    }
  };
  meter.addBatchObservableCallback(observe, observables);
  return () => meter.removeBatchObservableCallback(observe, observables);
}

function startSpan(tracer: Tracer, message: MessageDiagnostics): Span {
  const { trace: traceparent, connection } = message;
  const parent =
    traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
  const attributes = { "messaging.system": "tautline", "tautline.connection": connection };
  return tracer.startSpan(messageName(message), { kind: SpanKind.SERVER, attributes }, parent);
}

function endSpan(span: Span, code: string | undefined): void {
  if (code !== undefined) span.setAttribute("error.type", code);
  if (code !== undefined && faults.has(code)) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
