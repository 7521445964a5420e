import { fileURLToPath } from "node:url";

export {
  type DashboardContract,
  dashboard,
  isKind,
  type Kind,
  kinds,
  type Sample,
  type SampleOf,
} from "./contract.js";
export {
  authorizeDashboard,
  createDashboard,
  type Dashboard,
  type DashboardOptions,
  dashboardRooms,
} from "./dashboard.js";
export type { Figures } from "./figures.js";

/** The folder of the built page, for whatever serves static files. */
export const dashboardPage: string = fileURLToPath(new URL("./page/", import.meta.url));
