import type { BrokerCase } from "./broker-case.js";
import { carryingCases } from "./carrying-cases.js";
import { claimsCases } from "./claims-cases.js";
import { cutCases } from "./cut-cases.js";
import { historyCases } from "./history-cases.js";
import { namingCases } from "./naming-cases.js";
import { presenceCases } from "./presence-cases.js";
import { recordCases } from "./record-cases.js";
import { streamCases } from "./stream-cases.js";

export type { BrokerCase, BrokerHarness, EngineLimits, MakeHarness } from "./broker-case.js";

/** A part of what every broker must do, and its cases. */
export interface BrokerCaseGroup {
  /** What the broker is here: `a history`. */
  readonly name: string;
  readonly cases: readonly BrokerCase[];
}

/**
 * What every broker must do, as cases for any test runner. A case takes what makes an engine, and rejects where the engine
 * does not what the case's name says.
 */
export const brokerCases: readonly BrokerCaseGroup[] = [
  { name: "a carrier of publications", cases: carryingCases },
  { name: "a place for names and keys", cases: namingCases },
  { name: "a history", cases: historyCases },
  { name: "a keeper of streams", cases: streamCases },
  { name: "a presence store", cases: presenceCases },
  { name: "a way to its engine", cases: cutCases },
  { name: "a memory of messages", cases: claimsCases },
  { name: "a keeper of records", cases: recordCases },
];
