// The clients in python/. Each needs a Python with its packages, whose path a variable gives; without it, the client is left out.
import { fileURLToPath } from 'node:url';
import { spawned } from './spawned.mjs';

export function python(name, variable) {
  const program = fileURLToPath(new URL(`python/${name}.py`, import.meta.url));
  return {
    packages: [],
    skipped: process.env[variable] ? undefined : `${variable} is not set`,
    connect: where => spawned([process.env[variable], program], where),
  };
}
