import { element } from "./element.js";

const saved = "tautline.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const button = element("theme", "button");

function isDark(): boolean {
  const choice = localStorage.getItem(saved);
  return choice ? choice === "dark" : dark.matches;
}

function show(): void {
  document.documentElement.style.colorScheme = isDark() ? "dark" : "light";
  button.setAttribute("aria-label", isDark() ? "Light theme" : "Dark theme");
  button.title = isDark() ? "Light theme" : "Dark theme";
}

/** Follows the system, until the reader chooses. */
export function followTheme(changed: () => void = () => {}): void {
  const update = (): void => {
    show();
    changed();
  };
  button.addEventListener("click", () => {
    localStorage.setItem(saved, isDark() ? "light" : "dark");
    update();
  });
  dark.addEventListener("change", update);
  show();
}
