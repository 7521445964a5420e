import { type Context, propagation, SpanStatusCode, type TextMapPropagator, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, it } from "vitest";
import { channels } from "../../src/diagnostics/channels.js";
import { instrument } from "../../src/opentelemetry/index.js";
import { limited } from "../limits/set-up.js";

/** As far as a test needs one: what an application registers. */
const traceparents: TextMapPropagator<Record<string, string>> = {
  inject: () => undefined,
  fields: () => ["traceparent"],
  extract(context: Context, carrier) {
    const [, traceId = "", spanId = "", flags = "0"] = carrier.traceparent?.split("-") ?? [];
    return trace.setSpanContext(context, { traceId, spanId, traceFlags: Number(flags), isRemote: true });
  },
};
afterEach(() => propagation.disable());

function telemetry() {
  const spans = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer(
    "test",
  );
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  const collected = async () => {
    await reader.forceFlush();
    const points =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
    await meters.shutdown();
    return new Map(points.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]));
  };
  return { spans, tracer, meter: meters.getMeter("test"), collected };
}

describe("instrument", () => {
  it("makes a span of each message, in the trace of its sender, and says how it ended", async () => {
    propagation.setGlobalPropagator(traceparents);
    const { spans, tracer, meter } = telemetry();
    const { clock, server, plain } = limited();
    const end = instrument(server, { tracer, meter });
    server.handle("feedback", () => undefined);
    server.handle("rename", () => {
      throw new Error("a secret");
    });
    const peer = plain();
    await clock.settle();
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    peer.send({ type: "feedback", id: 1, data: { stars: 1 }, trace: `00-${traceId}-b7ad6b7169203331-01` });
    peer.send({ type: "rename", id: 2, data: { name: "a" } });
    await clock.settle();
    const finished = spans.getFinishedSpans();
    expect(
      finished.map(({ name, status, attributes }) => [name, status.code, attributes["error.type"]]),
    ).toEqual([
      ["feedback", SpanStatusCode.UNSET, undefined],
      ["rename", SpanStatusCode.ERROR, "HANDLER_FAILED"],
    ]);
    expect(finished[0]?.spanContext().traceId).toBe(traceId);
    expect(finished[0]?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
    expect(finished[1]?.parentSpanContext).toBeUndefined();
    expect(JSON.stringify(finished.map(({ attributes, events }) => [attributes, events]))).not.toContain(
      "secret",
    );
    end();
  });

  it("tells the figures of the moment, and how long messages took", async () => {
    const { tracer, meter, collected } = telemetry();
    const { clock, server, plain } = limited({ limits: { connections: 1 } });
    const end = instrument(server, { tracer, meter });
    server.handle("feedback", () => undefined);
    const peer = plain();
    await clock.settle();
    plain();
    peer.send({ type: "feedback", id: 1, data: { stars: 1 } });
    await clock.settle();
    const figures = await collected();
    expect(figures.get("tautline.connections")).toMatchObject([{ value: 1 }]);
    expect(figures.get("tautline.connections_refused")).toMatchObject([{ value: 1 }]);
    expect(figures.get("tautline.limits_reached")).toContainEqual(
      expect.objectContaining({ value: 1, attributes: { limit: "limits.connections" } }),
    );
    expect(figures.get("tautline.message_duration")).toMatchObject([
      { value: { count: 1 }, attributes: { message: "feedback", outcome: "ok" } },
    ]);
    end();
  });

  it("leaves nothing behind at its end, and works where nothing is registered", async () => {
    const { server } = limited();
    const end = instrument(server);
    expect(channels["tautline:message:settled"].hasSubscribers).toBe(true);
    end();
    expect(channels["tautline:message:settled"].hasSubscribers).toBe(false);
  });
});
