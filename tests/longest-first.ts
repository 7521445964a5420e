import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest and mostly waits, or gives way to others. Begun last, each would run alone at the end. */
const longest = ["tests/simulation/schedules", "tests/processes/chaos", "tests/browser/"];

/** The order of a full run: the longest first, so that the short ones fill the time in which they wait. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((part) => moduleId.includes(part));
      return place < 0 ? longest.length : place;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
