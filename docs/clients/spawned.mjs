// A client in another language: a program that says who it is, and then answers one line of JSON with one line of JSON.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export async function spawned(command, { url, token }, timeout = 180_000) {
  const program = spawn(command[0], command.slice(1), {
    stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, MCP_URL: url, MCP_TOKEN: token },
  });
  const waiting = [];
  const lines = [];
  const said = [];
  let ended = false;
  const hand = line => (waiting.length > 0 ? waiting.shift().resolve(line) : lines.push(line));
  // A terminal's escape may stand before the first line, whoever runs the program.
  createInterface({ input: program.stdout }).on('line', line =>
    line.includes('{"') ? hand(JSON.parse(line.slice(line.indexOf('{')))) : said.push(line));
  program.on('error', failed => hand({ error: failed.message }));
  const end = () => new Error(`${command[0]} ended: ${said.slice(-10).join('\n')}`);
  // Once all that it wrote is read.
  program.on('close', () => {
    ended = true;
    waiting.splice(0).forEach(({ reject }) => reject(end()));
  });
  const next = async () => {
    const line = lines.length > 0 ? lines.shift() : await new Promise((resolve, reject) => {
      if (ended) reject(end());
      waiting.push({ resolve, reject });
      setTimeout(() => reject(new Error(`${command[0]} did not answer in time`)), timeout).unref();
    });
    if (line.error) throw new Error(line.error);
    return line;
  };
  const ask = line => {
    program.stdin.write(JSON.stringify(line) + '\n');
    return next();
  };
  const { client, revision } = await next();
  return {
    client,
    revision,
    list: async () => (await ask({ do: 'list' })).tools,
    call: async (tool, args) => JSON.stringify((await ask({ do: 'call', tool, arguments: args })).answer),
    close: async () => {
      program.stdin.end();
      if (!ended) await new Promise(exited => program.once('close', exited));
    },
  };
}
