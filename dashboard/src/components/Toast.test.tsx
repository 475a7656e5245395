import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { Dialog } from "./Dialog";
import { ToastProvider, useToasts } from "./Toast";

function Thing() {
  const toasts = useToasts();
  const [open, setOpen] = useState(true);
  return (
    <Dialog open={open} onOpenChange={setOpen} title="A dialog">
      <button type="button" onClick={() => toasts.done("Saved.")}>
        Save
      </button>
    </Dialog>
  );
}

it("lets Esc close the dialog before the message", async () => {
  render(
    <ToastProvider>
      <Thing />
    </ToastProvider>,
  );
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findAllByText("Saved.");
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(screen.getAllByText("Saved.")).not.toEqual([]);
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByText("Saved.")).toBeNull());
});
