// The clients in java/, which Maven builds and runs. MVN may hold another command than mvn.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spawned } from './spawned.mjs';

const pom = fileURLToPath(new URL('java/pom.xml', import.meta.url));

export function java(main) {
  const maven = (process.env.MVN ?? 'mvn').split(' ').filter(Boolean);
  const command = [...maven, '-q', '-B', '-Dstyle.color=never', '-f', pom, 'compile', 'exec:java', `-Dexec.mainClass=dev.writ.clients.${main}`];
  return {
    packages: [],
    connect: async where => {
      const client = await spawned(command, where);
      const artifact = client.client.split(':')[1].replace('spring-ai-mcp', 'spring-ai');
      const version = readFileSync(pom, 'utf8').match(new RegExp(`<${artifact}.version>([^<]+)`))[1];
      return { ...client, client: `${client.client} ${version}` };
    },
  };
}
