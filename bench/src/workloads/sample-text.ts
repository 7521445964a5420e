const words =
  "the rope holds under load and is easily adjusted when wind tide or crew change their minds".split(" ");

/** A text of so many characters that compresses about as well as what people and programs write. Always the same. */
export function sampleText(length: number): string {
  let text = "";
  // A small linear congruential generator: the words come in no order that a compressor could learn.
  for (let state = 1; text.length < length; state = (state * 1_103_515_245 + 12_345) % 2_147_483_648)
    text += `${words[(state >>> 8) % words.length]} ${state % 1_000} `;
  return text.slice(0, length);
}
