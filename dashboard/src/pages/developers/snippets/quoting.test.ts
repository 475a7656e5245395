import { expect, it } from "vitest";
import { htmlAttribute, jsString, shellWord } from "./quoting";

// biome-ignore lint/suspicious/noTemplateCurlyInString: as a value could have it
const NASTY = "a\"b'c\\d</script><!--&amp;$(id)`id`\n\u2028${x}";

it.each(["key_test_abc123", "", NASTY])("writes %j for JavaScript, which reads it back", (text) => {
  const written = jsString(text);
  expect(JSON.parse(written)).toBe(text);
  expect(written).not.toMatch(/[<>\n\u2028]/);
});

it("writes values for HTML's attributes", () => {
  expect(htmlAttribute("key_1")).toBe('"key_1"');
  expect(htmlAttribute(`"><script>&`)).toBe('"&quot;&gt;&lt;script&gt;&amp;"');
});

it("writes words for the shell", () => {
  expect(shellWord("key_1")).toBe("'key_1'");
  expect(shellWord("it's $HOME `id`")).toBe(`'it'\\''s $HOME \`id\`'`);
  expect(shellWord("'")).toBe(`''\\'''`);
});
