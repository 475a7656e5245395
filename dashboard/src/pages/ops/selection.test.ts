import { expect, it } from "vitest";
import { stillThere, toggle, toggleAll } from "./selection";

it("ticks and unticks one", () => {
  expect(toggle(["a"], "b")).toEqual(["a", "b"]);
  expect(toggle(["a", "b"], "a")).toEqual(["b"]);
});

it("ticks all, and none when all were ticked", () => {
  expect(toggleAll(["a"], ["a", "b"])).toEqual(["a", "b"]);
  expect(toggleAll(["a", "b"], ["a", "b"])).toEqual([]);
  expect(toggleAll(["gone", "a"], ["a", "b"])).toEqual(["a", "b"]);
});

it("forgets what is gone", () => {
  expect(stillThere(["gone", "b"], ["a", "b"])).toEqual(["b"]);
});
