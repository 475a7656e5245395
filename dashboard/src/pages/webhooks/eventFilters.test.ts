import { expect, it } from "vitest";
import { describeFilters, FAMILIES, isCovered, LOGGED_EVENTS, toggleFilter } from "./eventFilters";

it("groups the types by family; tests are not to be chosen", () => {
  expect(FAMILIES.map((family) => family.filter)).toEqual(["payment.*", "refund.*", "endpoint.*", "delivery.*"]);
  expect(FAMILIES[1]?.types).toEqual(["refund.created", "refund.processed", "refund.failed"]);
  expect(FAMILIES.flatMap((family) => family.types)).not.toContain("endpoint.test");
  expect(LOGGED_EVENTS).toContain("endpoint.test");
  expect(LOGGED_EVENTS).not.toContain("*");
});

it("adds and takes back single types, in the API's order", () => {
  const chosen = toggleFilter(toggleFilter([], "refund.failed"), "payment.success");
  expect(chosen).toEqual(["payment.success", "refund.failed"]);
  expect(toggleFilter(chosen, "payment.success")).toEqual(["refund.failed"]);
});

it("lets a family take its types’ place, and everything take all places", () => {
  expect(toggleFilter(["payment.success", "refund.failed"], "payment.*")).toEqual(["payment.*", "refund.failed"]);
  expect(toggleFilter(["payment.*", "refund.failed"], "*")).toEqual(["*"]);
  expect(toggleFilter(["*"], "*")).toEqual([]);
});

it.each([
  [["*"], "payment.*", true],
  [["*"], "refund.failed", true],
  [["payment.*"], "payment.failed", true],
  [["payment.*"], "payment.*", false],
  [["payment.*"], "refund.failed", false],
  [["payment.success"], "payment.*", false],
])("%j covers %s: %s", (chosen, filter, covered) => {
  expect(isCovered(chosen, filter)).toBe(covered);
});

it("says in a few words what is chosen", () => {
  expect(describeFilters(["*"])).toBe("All events");
  expect(describeFilters(["payment.*", "refund.failed"])).toBe("payment.*, refund.failed");
  expect(describeFilters(["payment.*", "refund.failed", "delivery.*"])).toBe("payment.*, refund.failed and 1 more");
});
