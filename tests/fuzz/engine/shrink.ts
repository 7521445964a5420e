/** So many tries at most: a smaller input is a help, not a duty. */
const maxTries = 2_000;

/**
 * A smaller input that fails as well: parts are left out, then bytes made simple.
 *
 * @param fails - whether an input still fails
 */
export async function shrink(
  input: Uint8Array,
  fails: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let smallest = input;
  let tries = 0;
  const tried = async (candidate: Uint8Array): Promise<boolean> => {
    if (tries++ >= maxTries || !(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let size = Math.ceil(smallest.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length; ) {
      const without = Uint8Array.from([...smallest.subarray(0, at), ...smallest.subarray(at + size)]);
      if (!(await tried(without))) at += size;
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    const simpler = smallest.slice();
    simpler[at] = 0x30;
    if (smallest[at] !== 0x30) await tried(simpler);
  }
  return smallest;
}
