// Writes src/api/schema.d.ts, the API's types, from docs/openapi.yaml; with --check it only compares.
// The dashboard has a session, so the headers of API keys are left out.

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { parse } from "yaml";

const SOURCE = new URL("../../docs/openapi.yaml", import.meta.url);
const TARGET = new URL("../src/api/schema.d.ts", import.meta.url);
const NOT_OURS = new Set(["X-Api-Key", "X-Api-Secret", "X-CSRF-Token"]);

const document = parse(await readFile(SOURCE, "utf8"));
for (const operations of Object.values(document.paths)) {
  for (const operation of Object.values(operations)) {
    operation.parameters = operation.parameters?.filter((parameter) => !NOT_OURS.has(parameter.name));
  }
}
const head = "// Generated from docs/openapi.yaml by `npm run api`.\n\n";
const types = head + astToString(await openapiTS(document, { alphabetize: true, emptyObjectsUnknown: true }));

if (process.argv.includes("--check")) {
  const present = await readFile(TARGET, "utf8").catch(() => "");
  if (present !== types) {
    process.stderr.write("src/api/schema.d.ts is out of date: run `npm run api` in dashboard/.\n");
    process.exitCode = 1;
  }
} else {
  await writeFile(TARGET, types);
}
