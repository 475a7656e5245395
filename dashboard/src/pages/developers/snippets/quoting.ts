/** Values as other languages write them down: whatever is in a value, it stays a value. */

/** A text in JavaScript, also within a page's <script>: nothing in it can end the string or the element. */
export function jsString(text: string): string {
  return JSON.stringify(text).replace(/[<>\u2028\u2029]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" };

/** An attribute's value in HTML, with its quotes. */
export function htmlAttribute(text: string): string {
  return `"${text.replace(/[&"<>]/g, (sign) => HTML[sign] ?? sign)}"`;
}

/** One word for a POSIX shell, in which nothing is expanded. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
