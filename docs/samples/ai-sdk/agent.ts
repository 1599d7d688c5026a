/** A Vercel AI SDK agent. Its tools come from Writ over MCP; no rule and no credential is in here. */

import { createMCPClient } from '@ai-sdk/mcp';
import { generateText, isStepCount } from 'ai';
import { Script } from './script.ts';

const env = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; docs/samples/with-writ sets what is needed`);
  return value;
};

const writ = env('WRIT_URL');
const task = 'I was charged twice: 18.00 for pay-3001 and 480.00 for pay-3005. I want both back.';
const shortened = (text: string) => (text.length <= 300 ? text : text.slice(0, 300) + '…');

/** A real model if OPENAI_MODEL names one; otherwise a script, so that the sample needs nobody else. */
async function model() {
  if (!process.env.OPENAI_MODEL) return new Script();
  const { openai } = await import('@ai-sdk/openai');
  return openai.chat(process.env.OPENAI_MODEL);
}

const client = await createMCPClient({
  transport: { type: 'http', url: writ + '/mcp', headers: { Authorization: 'Bearer ' + env('WRIT_AGENT_KEY') } },
});
const finance = setInterval(approveWhatWaits, 1000);
try {
  const tools = await client.tools();
  console.log('tools:      ' + Object.keys(tools).sort().join(', '));
  console.log('customer:   ' + task);
  const { text } = await generateText({
    model: await model(),
    tools,
    stopWhen: isStepCount(20),
    system:
      'You help the customer cus-1001 with billing. Look before you act. When a tool says that a call is denied, read why and choose' +
      ' another way, or tell the customer. When it says PENDING_APPROVAL, ask writ_call_status what became of it.',
    prompt: task,
    onStepFinish: step => {
      for (const call of step.toolCalls) console.log(`  tool:     ${call.toolName} ${JSON.stringify(call.input)}`);
      for (const result of step.toolResults) console.log('  answer:   ' + shortened(words(result.output)));
    },
  });
  console.log('agent:      ' + text);
} finally {
  clearInterval(finance);
  await client.close();
}

/** What a tool says, of what MCP makes of it. */
function words(output: any): string {
  return (output.content ?? []).map((part: any) => part.text ?? `[${part.type}]`).join(' ');
}

/** The person in finance. In earnest, somebody who reads what will be sent before they say yes. */
async function approveWhatWaits() {
  for (const { id } of (await asFinance('/v1/approvals')).items) {
    const { viewDigest } = await asFinance('/v1/approvals/' + id);
    await asFinance(`/v1/approvals/${id}/approve`, { reason: 'The bank confirms that it was charged twice.', view: viewDigest });
    console.log('finance:    approves call ' + id);
  }
}

async function asFinance(path: string, body?: object): Promise<any> {
  const response = await fetch(writ + path, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: 'Bearer ' + env('WRIT_FINANCE_KEY'), 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  return response.json();
}
