import { describe, expect, it, vi } from "vitest";
import { collectRows, csvField, toCsv } from "./csv";

describe("csvField", () => {
  it.each([
    ["plain", "plain"],
    [null, ""],
    [undefined, ""],
    [0, "0"],
    [false, "false"],
    ['say "hi"', '"say ""hi"""'],
    ["a,b", '"a,b"'],
    ["two\nlines", '"two\nlines"'],
    ["=1+1", "'=1+1"],
    ["+cmd", "'+cmd"],
    ["-cmd", "'-cmd"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    // A negative amount is a number and not a formula.
    ["-12.50", "-12.50"],
    [-3, "-3"],
    ["-1+2", "'-1+2"],
  ])("%j becomes %j", (value, text) => expect(csvField(value)).toBe(text));
});

describe("toCsv", () => {
  it("writes a header and a line for each row, as Excel reads it", () => {
    const columns = [
      { header: "id", value: (row: { id: string; note: string }) => row.id },
      { header: "note", value: (row: { id: string; note: string }) => row.note },
    ];
    expect(toCsv(columns, [{ id: "a", note: "x,y" }])).toBe('\uFEFFid,note\r\na,"x,y"\r\n');
    expect(toCsv(columns, [])).toBe("\uFEFFid,note\r\n");
  });
});

describe("collectRows", () => {
  async function* pages(...sizes: number[]): AsyncGenerator<number[]> {
    for (const size of sizes) yield Array.from({ length: size }, (_, place) => place);
  }

  it("counts along", async () => {
    const progress = vi.fn();
    const { rows, cut } = await collectRows(pages(100, 100, 5), progress);
    expect([rows.length, cut]).toEqual([205, false]);
    expect(progress.mock.calls.flat()).toEqual([100, 200, 205]);
  });

  it("stops at its bound and says so", async () => {
    const asked = vi.fn();
    async function* endless() {
      for (;;) {
        asked();
        yield [1, 2, 3];
      }
    }
    const { rows, cut } = await collectRows(endless(), () => {}, 7);
    expect([rows, cut]).toEqual([[1, 2, 3, 1, 2, 3, 1], true]);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it("does not call a list cut that ends at the bound", async () => {
    expect(await collectRows(pages(3, 4), () => {}, 7)).toMatchObject({ cut: false });
  });
});
