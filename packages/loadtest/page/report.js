// Draws the page of a report: reads what a test has shown from the page itself, and needs nothing else.
(() => {
  const { uPlot } = globalThis;
  const summary = JSON.parse(document.getElementById("summary").textContent);
  const { timeline, measures, latency, connecting, counts, load } = summary;
  const deliveries = measures === "deliveries";
  const received = deliveries ? "deliveries" : "answers";

  const number = (value) => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
  const duration = (ms) => {
    if (ms === 0) return "0";
    if (ms < 1) return `${Math.round(ms * 1000)} µs`;
    return ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : `${Number((ms / 1000).toPrecision(3))} s`;
  };
  const say = (id, text) => {
    document.getElementById(id).textContent = text;
  };
  const element = (name, text, className = "") =>
    Object.assign(document.createElement(name), { textContent: text, className });

  // ---- words and tables

  const endings = {
    interrupted: "Stopped before its end",
    overdue: "Stopped: it took much longer than its schedule",
    failed: `It could not go on: ${summary.failure}`,
  };
  const verdict = document.getElementById("verdict");
  const missed = summary.thresholds.filter(({ passed }) => !passed).length;
  if (endings[summary.ended]) verdict.textContent = endings[summary.ended];
  else if (missed > 0) verdict.textContent = `${missed} of ${summary.thresholds.length} thresholds missed`;
  else if (!summary.passed) verdict.textContent = "Nobody could connect";
  else verdict.textContent = summary.thresholds.length > 0 ? "All thresholds kept" : "";
  verdict.className = summary.passed && summary.ended === "complete" ? "good" : "bad";

  say("scenario", summary.scenario);
  say("target", summary.target);
  const crowd = [
    `${number(load.connections)} connections over ${duration(load.rampMs)}`,
    ...(load.rooms > 1 ? [`${number(load.rooms)} rooms`] : []),
    load.senders === 1
      ? `1 sender, ${number(load.rate)} messages a second`
      : `${number(load.senders)} senders, ${number(load.rate)} messages a second each`,
    duration(summary.durationMs),
  ];
  say("load", crowd.join(" · "));
  say(
    "latency-note",
    deliveries
      ? "From when a message was due by the schedule until another user had it."
      : "From when a message was due by the schedule until its answer was there.",
  );
  say("throughput-note", `Messages sent, and ${received}, in each second.`);
  const lost = deliveries
    ? `, of them ${number(counts.lost)} lost and ${number(counts.repeated)} repeated messages`
    : "";
  say("errors-note", summary.errors === 0 ? "None." : `${number(summary.errors)} in all${lost}.`);
  const busy = `The load itself was busy ${Math.round(summary.utilization * 100)} % of the time`;
  say(
    "made",
    `${new Date(summary.startedAt).toLocaleString()} · ${load.processes} ${load.processes === 1 ? "process" : "processes"} · ${busy}`,
  );

  const tiles = [
    ["p50", latency ? duration(latency.p50) : "–"],
    ["p99", latency ? duration(latency.p99) : "–"],
    ["slowest", latency ? duration(latency.max) : "–"],
    [`${received} a second`, number(summary.throughput.received)],
    ["connected", `${number(counts.connected)} of ${number(load.connections)}`],
    ["errors", number(summary.errors), summary.errors > 0 ? "bad" : ""],
  ];
  for (const [name, value, className] of tiles) {
    const tile = document.createElement("div");
    tile.append(element("dd", value, className), element("dt", name));
    document.getElementById("tiles").append(tile);
  }

  function fillTable(id, head, rows, textColumns = []) {
    if (rows.length === 0) return;
    const table = document.getElementById(id);
    const line = (cells, name) => {
      const row = document.createElement("tr");
      cells.forEach((cell, at) => {
        row.append(element(name, cell, textColumns.includes(at) ? "text" : ""));
      });
      return row;
    };
    table.createTHead().append(line(head, "th"));
    table.createTBody().append(...rows.map((cells) => line(cells, "td")));
  }

  const percentiles = ["min", "p50", "p90", "p95", "p99", "p999", "max"];
  const known = [
    [deliveries ? "delivery" : "answer", latency],
    ["connecting", connecting],
  ].filter(([, row]) => row);
  fillTable(
    "latencies",
    ["latency", "count", ...percentiles.map((name) => name.replace("p999", "p99.9"))],
    known.map(([name, row]) => [name, number(row.count), ...percentiles.map((at) => duration(row[at]))]),
  );
  const worded = ({ name }, value) =>
    value === null ? "not measured" : name === "errors" ? number(value) : duration(value);
  fillTable(
    "thresholds",
    ["threshold", "at most", "was", ""],
    summary.thresholds.map((it) => [
      it.name,
      worded(it, it.limit),
      worded(it, it.value),
      it.passed ? "kept" : "missed",
    ]),
  );
  fillTable(
    "errors",
    ["error", "count", "the first one"],
    summary.errorsByCode.map(({ code, count, example }) => [code, number(count), example]),
    [2],
  );

  // ---- charts

  // A canvas knows neither `light-dark()` nor variables: a probe gives what they are now.
  const probe = document.body.appendChild(element("i", ""));
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const height = 260;
  const seconds = timeline.map(({ second }) => second + 1);
  const ofTime = (pick) => timeline.map((point) => pick(point) ?? null);
  const series = (label, stroke, format, more = {}) => ({
    label,
    stroke: () => colour(stroke),
    width: 2,
    points: { show: seconds.length < 2 },
    value: (_plot, value) => (value === null || value === undefined ? "–" : format(value)),
    ...more,
  });
  const axis = (more = {}) => ({
    size: 32,
    stroke: () => colour("quiet"),
    grid: { stroke: () => colour("line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
    ...more,
  });
  const vertical = (format) =>
    axis({
      size: 64,
      values: (_plot, values) => values.map((value) => (value === null ? "" : format(value))),
    });
  const time = axis({
    values: (_plot, values) => values.map((value) => (Number.isInteger(value) ? `${value} s` : "")),
  });
  const fromZero = { range: (_plot, _min, max) => [0, max > 0 ? max * 1.05 : 1] };
  const timeScale = { time: false, range: () => [0, Math.max(1, seconds.at(-1) ?? 1)] };

  const plots = [];
  function chart(id, data, options) {
    const place = document.getElementById(id);
    const isEmpty = data.slice(1).every((values) => values.every((value) => value === null));
    if (isEmpty) return place.replaceChildren(element("p", "Nothing was measured", "nothing"));
    const width = () => Math.max(200, place.clientWidth);
    const plot = new uPlot(
      { width: width(), height, cursor: { drag: { x: true, y: false } }, ...options },
      data,
      place,
    );
    plots.push(plot);
    new ResizeObserver(() => plot.setSize({ width: width(), height })).observe(place);
  }
  const overTime = (id, columns, format, lines) =>
    chart(id, [seconds, ...columns], {
      scales: { x: timeScale, y: fromZero },
      axes: [time, vertical(format)],
      series: [{ label: "at", value: (_plot, value) => (value === null ? "–" : `${value} s`) }, ...lines],
    });

  overTime(
    "latency-chart",
    ["p50", "p95", "p99", "max"].map((name) => ofTime((point) => point.latency?.[name])),
    duration,
    [
      series("p50", "series-1", duration),
      series("p95", "series-2", duration),
      series("p99", "series-3", duration),
      series("slowest", "series-4", duration, { width: 1, dash: [4, 4] }),
    ],
  );

  // 90 % stands at 10, 99 % at 100: on a logarithmic scale each nine is as wide as the one before.
  const share = (rarity) => `${Number((100 * (1 - 1 / rarity)).toFixed(4))} %`;
  const curve = summary.curve.map(([percentile, ms]) => [100 / (100 - percentile), ms]);
  chart("curve-chart", [curve.map(([rarity]) => rarity), curve.map(([, ms]) => ms)], {
    scales: { x: { time: false, distr: 3 }, y: fromZero },
    axes: [
      axis({
        splits: () =>
          [1, 10, 100, 1000, 10000, 100000].filter((rarity) => rarity <= (curve.at(-1)?.[0] ?? 1) * 1.01),
        values: (_plot, values) => values.map(share),
      }),
      vertical(duration),
    ],
    series: [
      { label: "share", value: (_plot, value) => (value === null ? "–" : share(value)) },
      series("within", "series-2", duration),
    ],
  });

  overTime(
    "throughput-chart",
    [
      ofTime(({ counts: { sent } }) => sent),
      ofTime(({ counts: { delivered, answered } }) => (deliveries ? delivered : answered)),
    ],
    number,
    [series("sent", "series-1", number), series(received, "series-3", number)],
  );
  overTime("connections-chart", [ofTime(({ open }) => open)], number, [
    series("open", "series-2", number, { fill: () => colour("line") }),
  ]);
  overTime("errors-chart", [ofTime(({ errors }) => errors)], number, [
    series("errors", "bad", number, {
      paths: uPlot.paths.bars({ size: [0.8, 40], align: -1 }),
      fill: () => colour("bad"),
      width: 0,
    }),
  ]);

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const plot of plots) plot.redraw(false);
  });
})();
