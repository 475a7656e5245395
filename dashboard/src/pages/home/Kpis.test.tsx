import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Total } from "../../api/summary";
import { Kpis } from "./Kpis";

const TOTAL: Total = {
  currency: "INR",
  payments: 20,
  succeeded: 18,
  failed: 2,
  success_rate: 0.9,
  volume: 100_000,
  refunds: 3,
  refunded: 12_000,
};

it("shows how many refunds there were beside their amount", () => {
  render(<Kpis now={TOTAL} before={TOTAL} />);
  const card = screen.getByText("Refunds").parentElement;
  expect([...(card?.querySelectorAll("dd") ?? [])].map((each) => each.textContent)).toEqual([
    expect.stringContaining("120.00"),
    "3 refunds",
    "As before",
  ]);
});
