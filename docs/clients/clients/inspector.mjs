// The MCP Inspector on the command line: one process for each request.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export const packages = ['@modelcontextprotocol/inspector'];

const folder = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json'));
const program = join(folder, 'clients/launcher/build/index.js');

export async function connect({ url, token }) {
  const run = async (...args) => {
    const command = [program, '--cli', url, '--transport', 'http', '--header', `Authorization: Bearer ${token}`, ...args];
    try {
      return (await promisify(execFile)(process.execPath, command, { timeout: 120_000 })).stdout;
    } catch (failed) {
      // It ends with an error when the tool's answer is one, and prints the answer all the same.
      if (failed.stdout) return failed.stdout;
      throw failed;
    }
  };
  return {
    list: async () => JSON.parse(await run('--method', 'tools/list')).tools.map(tool => tool.name),
    call: (name, args) =>
      run('--method', 'tools/call', '--tool-name', name, ...Object.entries(args).flatMap(([key, value]) =>
        ['--tool-arg', `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`])),
    close: async () => {},
  };
}
