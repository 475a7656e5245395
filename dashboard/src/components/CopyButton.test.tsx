import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { CopyButton } from "./CopyButton";

function show(text: string) {
  const user = userEvent.setup();
  render(
    <p>
      <code>{text}</code>
      <span>
        <CopyButton value="pay_1" what="payment id" />
      </span>
    </p>,
  );
  return user;
}

/** As on a page that was loaded by plain http. */
function withoutClipboard(): void {
  Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
}

it("copies", async () => {
  const user = show("pay_1");
  await user.click(screen.getByRole("button", { name: "Copy payment id" }));
  expect((await screen.findByRole("status")).textContent).toBe("Copied");
  expect(await navigator.clipboard.readText()).toBe("pay_1");
});

it("selects what it cannot copy, and says so for everybody to see", async () => {
  const user = show("pay_1");
  withoutClipboard();
  const button = screen.getByRole("button", { name: "Copy payment id" });
  await user.click(button);
  await screen.findByText(/^Not copied, but selected/);
  expect(button.title).toMatch(/^Not copied, but selected/);
  expect(button.hasAttribute("data-failed")).toBe(true);
  expect(window.getSelection()?.toString()).toBe("pay_1");
});

it("says that it could not copy what is not shown", async () => {
  const user = show("another text");
  withoutClipboard();
  await user.click(screen.getByRole("button", { name: "Copy payment id" }));
  await screen.findByText("Not copied: the browser does not allow it here");
});
