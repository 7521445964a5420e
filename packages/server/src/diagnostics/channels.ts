import { type Channel, channel } from "node:diagnostics_channel";
import type {
  BacklogDiagnostics,
  CloseDiagnostics,
  ConnectionDiagnostics,
  ErrorDiagnostics,
  GapDiagnostics,
  LimitDiagnostics,
  MessageDiagnostics,
  RecoveryDiagnostics,
  RefusalDiagnostics,
  RefusedUpgrade,
  SettledDiagnostics,
} from "./published.js";

/** Every channel, by what is published there. */
export interface Published {
  "tautline:connection:open": ConnectionDiagnostics;
  "tautline:connection:close": CloseDiagnostics;
  "tautline:connection:refused": RefusalDiagnostics;
  "tautline:connection:backlog": BacklogDiagnostics;
  "tautline:connection:too-slow": BacklogDiagnostics;
  "tautline:message": MessageDiagnostics;
  "tautline:message:settled": SettledDiagnostics;
  "tautline:error": ErrorDiagnostics;
  "tautline:upgrade:refused": RefusedUpgrade;
  "tautline:limit": LimitDiagnostics;
  "tautline:recovery": RecoveryDiagnostics;
  "tautline:gap": GapDiagnostics;
}

/** The name of a channel. */
export type ChannelName = keyof Published;

/**
 * The server's channels of [`node:diagnostics_channel`](https://nodejs.org/api/diagnostics_channel.html). Without a subscriber they cost
 * one look at a flag.
 */
export const channels: { readonly [N in ChannelName]: Channel } = {
  "tautline:connection:open": channel("tautline:connection:open"),
  "tautline:connection:close": channel("tautline:connection:close"),
  "tautline:connection:refused": channel("tautline:connection:refused"),
  "tautline:connection:backlog": channel("tautline:connection:backlog"),
  "tautline:connection:too-slow": channel("tautline:connection:too-slow"),
  "tautline:message": channel("tautline:message"),
  "tautline:message:settled": channel("tautline:message:settled"),
  "tautline:error": channel("tautline:error"),
  "tautline:upgrade:refused": channel("tautline:upgrade:refused"),
  "tautline:limit": channel("tautline:limit"),
  "tautline:recovery": channel("tautline:recovery"),
  "tautline:gap": channel("tautline:gap"),
};
