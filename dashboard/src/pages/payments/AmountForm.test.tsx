import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors";
import { AmountForm, readAmount } from "./AmountForm";

function show(error: Error | null = null) {
  const onSubmit = vi.fn();
  render(
    <AmountForm
      currency="BHD"
      most={12_345}
      hint="All that is left."
      action="Refund"
      busy={false}
      error={error}
      onSubmit={onSubmit}
      onCancel={() => {}}
    />,
  );
  return { onSubmit, user: userEvent.setup(), field: screen.getByLabelText<HTMLInputElement>("Amount in BHD") };
}

it("begins with all that is left", async () => {
  const { onSubmit, user, field } = show();
  expect(field.value).toBe("12.345");
  await user.click(screen.getByRole("button", { name: /^Refund/ }));
  expect(onSubmit).toHaveBeenCalledExactlyOnceWith(12_345);
});

it("sends a part in minor units", async () => {
  const { onSubmit, user, field } = show();
  await user.clear(field);
  await user.type(field, "0.005{Enter}");
  expect(onSubmit).toHaveBeenCalledExactlyOnceWith(5);
});

it.each([
  ["12.346", /^At most .*12\.345 is left/],
  ["0", /more than zero/],
  ["1.2345", /at most 3 decimals/],
])("does not send %s", async (text, words) => {
  const { onSubmit, user, field } = show();
  await user.clear(field);
  await user.type(field, `${text}{Enter}`);
  expect(onSubmit).not.toHaveBeenCalled();
  expect(screen.getByRole("alert").textContent).toMatch(words);
  expect(field.getAttribute("aria-invalid")).toBe("true");
});

it("shows the API's word on the amount at the field, any other below", () => {
  const words = "Less is left by now.";
  const { field } = show(new ApiError(words, { status: 400, code: "BAD_REQUEST_ERROR", field: "amount" }));
  expect(field.getAttribute("aria-invalid")).toBe("true");
  const alert = screen.getByRole("alert");
  expect(alert.textContent).toBe(words);
  expect(field.getAttribute("aria-describedby")?.split(" ")).toContain(alert.id);
  cleanup();
  const other = show(new ApiError("No more.", { status: 409, code: "CONFLICT_ERROR" }));
  expect(screen.getByRole("alert").textContent).toBe("No more.");
  expect(other.field.hasAttribute("aria-invalid")).toBe(false);
});

it("reads amounts up to the bound itself", () => {
  expect(readAmount("12.345", "BHD", 12_345)).toEqual({ minor: 12_345 });
});
