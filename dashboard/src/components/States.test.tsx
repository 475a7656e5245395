import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ApiError } from "../api/errors";
import { QueryView } from "./States";

const BROKEN = new ApiError("It is down for a moment.", { status: 503, code: "UNAVAILABLE_ERROR" });

function show(data: string | undefined, error: Error | null): void {
  render(
    <QueryView query={{ data, error, refetch: vi.fn() }} what="thing">
      {(text) => <p>{text}</p>}
    </QueryView>,
  );
}

it("keeps what it has and says quietly why it is not up to date", () => {
  show("A thing", BROKEN);
  expect(screen.getByText("A thing")).toBeTruthy();
  expect(screen.getByRole("status").textContent).toBe("Not up to date. It is down for a moment.");
  expect(screen.queryByRole("alert")).toBeNull();
});

it("says nothing while all is well", () => {
  show("A thing", null);
  expect(screen.queryByRole("status")).toBeNull();
});

it("shows an error where there never was anything", () => {
  show(undefined, BROKEN);
  expect(screen.getByRole("alert").textContent).toContain("It is down for a moment.");
});
