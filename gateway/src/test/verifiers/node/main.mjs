// Reads one request on each line, and says what becomes of it.
import { createInterface } from 'node:readline';
import { permits } from './permit.mjs';

const [jwks, issuer, audience] = process.argv.slice(2);
const check = permits({ jwks, issuer, audience });
for await (const line of createInterface({ input: process.stdin })) {
  const { token, tool, args } = JSON.parse(line);
  try {
    console.log(`permitted ${(await check(token, tool, args)).jti}`);
  } catch (refusal) {
    console.log(`refused: ${refusal.message}`);
  }
}
