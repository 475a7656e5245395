import { expect, it } from "vitest";
import { filtersOf, formFor, problemsOf } from "./replayForm";

const NOTHING = { status: "", event: "", endpoint_id: "", payment_id: "", from: "", to: "" };

it("begins as the list is narrowed", () => {
  expect(formFor({})).toEqual(NOTHING);
  expect(formFor({ status: "held", event: "payment.*", from: "2026-01-31" })).toEqual({
    ...NOTHING,
    status: "held",
    event: "payment.*",
    from: "2026-01-31",
  });
});

it("does not begin with a status that cannot be sent again", () => {
  expect(formFor({ status: "pending" }).status).toBe("");
  expect(formFor({ status: "nonsense" }).status).toBe("");
});

it("asks for whole days of the reader’s zone and leaves out what is empty", () => {
  expect(filtersOf(NOTHING)).toEqual({});
  expect(filtersOf({ ...NOTHING, payment_id: " pay_1 ", from: "2026-01-30", to: "2026-01-31" })).toEqual({
    payment_id: "pay_1",
    created_gte: "2026-01-29T18:30:00.000Z",
    created_lt: "2026-01-31T18:30:00.000Z",
  });
});

it("finds what cannot be asked for", () => {
  expect(problemsOf({ ...NOTHING, payment_id: "pay_1", from: "2026-01-31", to: "2026-01-31" })).toEqual({});
  expect(problemsOf({ ...NOTHING, payment_id: "order_1" })).toHaveProperty("payment_id");
  expect(problemsOf({ ...NOTHING, from: "2026-01-31", to: "2026-01-30" })).toHaveProperty("to");
});
