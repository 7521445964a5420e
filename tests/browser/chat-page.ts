import type { Page } from "playwright-core";

// What a person does with the chat page, and sees there.

export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

/** Resolves when the page shows this message. */
export async function delivered(page: Page, text: string): Promise<void> {
  await page.locator("#messages .text").getByText(text, { exact: true }).waitFor();
}

/** All messages that the page shows. */
export function said(page: Page): Promise<string[]> {
  return page.locator("#messages .text").allTextContents();
}
