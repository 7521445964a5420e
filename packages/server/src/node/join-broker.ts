import { BrokerGuard } from "../broker/broker-guard.js";
import { guardedBroker } from "../broker/guarded-broker.js";
import { type Broker, MemoryBroker } from "../broker/index.js";
import { checkedBroker } from "../room/checked-broker.js";
import { positionChecked } from "../room/position-check.js";
import type { ServerContext } from "../server-context.js";
import { NodeChannel } from "./node-channel.js";

/** What a node needs of its server to work with a broker. */
type NodeParts = Pick<
  ServerContext,
  "clock" | "random" | "settings" | "hooks" | "diagnostics" | "totals" | "node"
>;

/** A server as a node of its broker. */
export interface JoinedBroker extends Pick<ServerContext, "broker" | "brokerGuard" | "nodes"> {
  /** The broker, where it is ours to close. */
  readonly ownBroker: Broker | undefined;
}

/**
 * Makes a server a node of the broker that was given, under guard, and checked where others may write to it; or of one of
 * its own, which cannot fail and has no other nodes.
 */
export function joinBroker(given: Broker | undefined, parts: NodeParts): JoinedBroker {
  const { clock, random, settings, totals } = parts;
  if (!given) {
    // It keeps as many answers of a client as that may have outstanding.
    const own = new MemoryBroker({ clock, random, claims: { answers: settings.limits.unanswered } });
    const nodes = nodeChannel(undefined, parts);
    return { broker: own, brokerGuard: undefined, nodes, ownBroker: own };
  }
  const brokerGuard = guardOf(parts);
  const guarded = guardedBroker(given, brokerGuard);
  // Nobody else can write to what is in this process, and nothing is lost on the way.
  const isForeign = !(given instanceof MemoryBroker);
  const broker = isForeign
    ? positionChecked(
        checkedBroker(guarded, () => totals.brokerMessagesIgnored++),
        clock,
      )
    : guarded;
  return { broker, brokerGuard, nodes: nodeChannel(guarded, parts), ownBroker: undefined };
}

function guardOf({ clock, settings, hooks, diagnostics }: NodeParts): BrokerGuard {
  return new BrokerGuard({
    clock,
    deadlineMs: settings.deadlines.brokerMs,
    maxCalls: settings.limits.brokerCalls,
    crowded: () => diagnostics.limit("limits.brokerCalls"),
    changed(isDegraded, cause) {
      if (!isDegraded) return hooks.log({ level: "info", event: "broker.recovered" });
      hooks.log({ level: "error", event: "broker.degraded" });
      hooks.report("broker", cause);
    },
  });
}

function nodeChannel(broker: Broker | undefined, parts: NodeParts): NodeChannel {
  const { clock, settings, hooks, totals, node } = parts;
  return new NodeChannel({
    ...{ broker, node, clock, maxBytes: settings.limits.clientMessageBytes },
    ignored: () => totals.brokerMessagesIgnored++,
    failed: (error) => hooks.report("nodes", error),
  });
}
