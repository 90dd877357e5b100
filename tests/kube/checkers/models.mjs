// Holds objects against the classes of @kubernetes-models: the standard input is a JSON list of [path, object], the output
// `{ looked, skipped, failed }`. It is copied to where they are installed: names of packages are looked up from a file's place.
import { readFileSync } from "node:fs";

const packages = Object.keys(JSON.parse(readFileSync(new URL("package.json", import.meta.url))).dependencies);
const absent = ["ERR_PACKAGE_PATH_NOT_EXPORTED", "ERR_MODULE_NOT_FOUND"];
const classes = new Map();

function classOf({ apiVersion, kind }) {
  const name = `${apiVersion}/${kind}`;
  if (!classes.has(name)) classes.set(name, found(name, kind));
  return classes.get(name);
}

async function found(name, kind) {
  for (const one of packages) {
    try {
      return (await import(`${one}/${name}`))[kind];
    } catch (error) {
      if (!absent.includes(error.code)) throw error;
    }
  }
}

let looked = 0;
const skipped = {};
const failed = [];
for (const [path, object] of JSON.parse(readFileSync(0))) {
  const Kind = await classOf(object);
  if (!Kind) {
    skipped[object.kind] = (skipped[object.kind] ?? 0) + 1;
    continue;
  }
  looked += 1;
  try {
    new Kind(object).validate();
  } catch (error) {
    failed.push([path, error.message]);
  }
}
console.log(JSON.stringify({ looked, skipped, failed }));
