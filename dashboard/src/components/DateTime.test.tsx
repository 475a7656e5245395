import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { DateTime } from "./DateTime";

it("shows the reader's time, and UTC on hover", () => {
  // Tests are read in Kolkata, five and a half hours ahead.
  render(<DateTime value="2026-01-31T20:04:05Z" exact />);
  const time = screen.getByTitle("2026-01-31 20:04:05 UTC");
  expect(time.textContent).toMatch(/\b1:34:05/);
  expect(time.getAttribute("datetime")).toBe("2026-01-31T20:04:05Z");
});
