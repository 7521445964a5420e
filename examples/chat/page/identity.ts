import { lengthOf, maxNameLength } from "../src/contract.js";

const saved = "tautline.name";
const first = [
  "Amber",
  "Brisk",
  "Calm",
  "Early",
  "Gentle",
  "Hazel",
  "Ivory",
  "Merry",
  "North",
  "Quiet",
  "Silver",
  "Swift",
];
const second = [
  "Heron",
  "Otter",
  "Curlew",
  "Marten",
  "Plover",
  "Tern",
  "Seal",
  "Wren",
  "Dunlin",
  "Osprey",
  "Teal",
  "Gannet",
];

const any = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] as string;

/** Each tab is somebody else, and stays so over a reload: hence the session's storage. */
export function ownName(): string {
  const name = sessionStorage.getItem(saved) ?? `${any(first)} ${any(second)}`;
  sessionStorage.setItem(saved, name);
  return name;
}

/** @returns the name as it is now called, or undefined where it cannot be one. */
export function rename(wanted: string): string | undefined {
  const name = wanted.trim().replaceAll(/\s+/g, " ");
  if (name === "" || lengthOf(name) > maxNameLength) return undefined;
  sessionStorage.setItem(saved, name);
  return name;
}

/** One of eight colours, always the same for a member. */
export function colourOf(member: string): number {
  let sum = 0;
  for (const character of member) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return sum % 8;
}
